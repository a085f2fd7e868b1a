-- The same page again and again. Arguments: token, cookie; either may be empty.
function init(args)
  if args[1] and args[1] ~= "" then wrk.headers["Authorization"] = "Bearer " .. args[1] end
  if args[2] and args[2] ~= "" then wrk.headers["Cookie"] = args[2] end
end

function done(summary, latency)
  io.write(string.format('{"requests": %d, "microseconds": %d, "p50": %f, "p99": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
