-- Every request a new referral: an idempotency key of its own and a body of its own. Arguments: body file, first number, token.
local head, tail, number, token

function init(args)
  local file = assert(io.open(args[1]))
  local text = file:read("*a")
  file:close()
  local first, last = text:find("@@@@@@@@", 1, true)
  head, tail = text:sub(1, first - 1), text:sub(last + 1)
  number, token = tonumber(args[2]), args[3] or ""
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  if token ~= "" then wrk.headers["Authorization"] = "Bearer " .. token end
end

function request()
  number = number + 1
  local low, high = number % 4294967296, math.floor(number / 4294967296)
  wrk.headers["Idempotency-Key"] = string.format("%08x-0000-4000-8000-0000%08x", high, low)
  return wrk.format(nil, nil, nil, head .. string.format("%08d", number % 100000000) .. tail)
end

function done(summary, latency)
  io.write(string.format('{"requests": %d, "microseconds": %d, "p50": %f, "p99": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
