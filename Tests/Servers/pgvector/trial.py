"""PostgreSQL with pgvector, as the package pgserver brings them; asked with the system's psql."""
import os
import shutil
import subprocess

PACKAGES = ["pgserver"]


def try_it(trial, free_port):
    found = trial.run([trial.program("python"), "-c", "import pgserver, os; print(os.path.dirname(pgserver.__file__))"]).strip()
    programs, home = os.path.join(found, "pginstall/bin"), os.path.join(trial.folder, "server")
    # The server refuses to be root's.
    user = "postgres" if os.geteuid() == 0 else None
    os.chmod(trial.folder, 0o755)
    os.mkdir(home)
    if user:
        shutil.chown(home, user)

    def run(*command):
        answer = subprocess.run(command, user=user, cwd=home, env={"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": home}, capture_output=True, text=True)
        if answer.returncode != 0:
            raise trial.Wrong(f"{command[0]}: {answer.stdout}{answer.stderr}")
        return answer.stdout

    def sql(words, *more):
        run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", home, "-U", "owner", "-d", "postgres", words[:2], words[2:], *more)

    data = os.path.join(home, "data")
    run(os.path.join(programs, "initdb"), "-D", data, "-A", "trust", "-N", "-U", "owner")
    # What it inherits must not keep its caller waiting.
    run(os.path.join(programs, "pg_ctl"), "-D", data, "-w", "-t", "60", "-l", os.path.join(home, "log"), "-o", f"-k {home} -h ''", "start")
    try:
        script = os.path.join(home, "made.sql")
        shutil.copy(os.path.join(os.path.dirname(__file__), "made.sql"), script)
        sql("-f" + script)
        asked = {"PGHOST": home, "PGPORT": "5432", "PGDATABASE": "postgres", "PGUSER": "receipts", "PGPASSWORD": "none"}
        trial.add("pgvector-negative-search")
        trial.receipts("source", "try", "pgvector-negative-search", **asked)
        trial.receipts("collect", **asked)
        rows = "SELECT deletion_request_id, copy_id, method, found, subject LIKE 'subj-%', store FROM negative_search"
        before = [("d-1", "public.embeddings", "both", 2, 1, "postgres"), ("d-2", "public.embeddings", "stable_id", 1, 1, "postgres")]
        trial.expect(rows + " ORDER BY occurred_at, deletion_request_id", before)
        # What was deleted by name alone is still found by what it says.
        sql("-cDELETE FROM embeddings WHERE subject IN ('ada@example.com', 'ben@example.com')")
        trial.receipts("collect", **asked)
        sql("-cDELETE FROM embeddings WHERE id = 2")
        trial.receipts("collect", **asked)
        trial.expect("SELECT deletion_request_id, group_concat(found, ' ') FROM (SELECT * FROM negative_search ORDER BY occurred_at) GROUP BY 1",
                     [("d-1", "2 1 0"), ("d-2", "1 0 0")])
        trial.expect_sound()
        # A reader who may no longer look has found nothing, and says so.
        sql("-cREVOKE SELECT ON embeddings FROM receipts")
        trial.receipts("collect", "--source", "pgvector-negative-search", code=5, **asked)
        version = run("psql", "-X", "-A", "-t", "-h", home, "-U", "owner", "-d", "postgres", "-c",
                      "SELECT current_setting('server_version') || ' with pgvector ' || extversion FROM pg_extension WHERE extname = 'vector'").strip()
    finally:
        run(os.path.join(programs, "pg_ctl"), "-D", data, "-m", "immediate", "stop")
    return f"PostgreSQL {version}: what should be gone is found until it is"
