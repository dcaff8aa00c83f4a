"""MLflow's registry, behind its basic-auth app."""
import hashlib
import os

PACKAGES = ["mlflow[auth]"]


def try_it(trial, free_port):
    port, admin = free_port(), "an admin's password"
    url = f"http://127.0.0.1:{port}"
    settings = os.path.join(trial.folder, "auth.ini")
    with open(settings, "w") as file:
        file.write(f"[mlflow]\ndefault_permission = READ\ndatabase_uri = sqlite:///{trial.folder}/auth.db\nadmin_username = admin\nadmin_password = {admin}\n"
                   "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n")
    start = [trial.program("mlflow"), "server", "--app-name", "basic-auth", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
             "--backend-store-uri", f"sqlite:///{trial.folder}/mlflow.db", "--artifacts-destination", f"{trial.folder}/artifacts"]
    with trial.server(start, port, "/health", MLFLOW_AUTH_CONFIG_PATH=settings, MLFLOW_FLASK_SERVER_SECRET_KEY="for this trial"):
        def make(part):
            trial.run([trial.program("python"), os.path.join(os.path.dirname(__file__), "made.py"), url, part],
                      MLFLOW_TRACKING_USERNAME="admin", MLFLOW_TRACKING_PASSWORD=admin)

        secret = {"MLFLOW_TRACKING_PASSWORD": "a reader's password"}
        api = url + "/api/2.0/mlflow/"
        trial.add("mlflow-registry", api + "model-versions/search")
        trial.add("mlflow-aliases", api + "registered-models/search")
        # Pages of two, and nothing is too young to be asked for.
        trial.add("mlflow-prompts", api + "model-versions/search", settings=[
            "settle: 0s", "query: {filter: \"tags.`mlflow.prompt.is_prompt` = 'true'\", max_results: '2', order_by: [creation_timestamp DESC, name ASC]}"])
        # Before anything is registered MLflow answers without a list, and that is an empty one.
        make("reader")
        said = trial.receipts("collect", "--source", "mlflow-prompts", **secret)
        if "mlflow-prompts: empty, 0 kept" not in said:
            raise trial.Wrong(f"an empty registry is no empty one: {said}")
        make("first")
        if "model_registry_entry" not in trial.receipts("source", "try", "mlflow-registry", **secret):
            raise trial.Wrong("source try shows no rows")
        trial.receipts("collect", **secret)

        trial.expect("SELECT name, version, base_model, dataset_version IS NOT NULL, stage, approved_by_tag LIKE 'acct-%', ticket, run_id IS NOT NULL, location"
                     " FROM model_registry_entry WHERE source = 'mlflow-registry' ORDER BY name, version",
                     [("guard", "1", "open-guard-1b", 0, "None", None, None, 0, "s3://models/guard/1"),
                      ("support-bot", "1", "open-weights-7b", 1, "Production", 1, "CHG-9", 1, "s3://models/support-bot/1"),
                      # Of two sets, and of none, nothing is said.
                      ("support-bot", "2", "open-weights-7b", 0, "None", None, None, 1, "s3://models/support-bot/2"),
                      ("support-bot", "3", "open-weights-7b", 0, "None", None, None, 1, "s3://models/support-bot/3")])
        trial.expect("SELECT name, version, stage FROM model_registry_entry WHERE source = 'mlflow-aliases' ORDER BY stage",
                     [("support-bot", "1", "champion"), ("support-bot", "1", "rollback")])
        digest = hashlib.sha256("You are polite and brief. {{question}}".encode()).hexdigest()
        prompts = "SELECT prompt_id, version, lower(hex(content_hash)), reason FROM prompt_version ORDER BY prompt_id, version"
        rows = [(name, version, hash if not hash or len(hash) == 64 else bytes.fromhex(hash).decode(), reason) for name, version, hash, reason in trial.rows(prompts)]
        if [row[:2] for row in rows] != [("greeting", "1"), ("greeting", "2"), ("triage", "1")] or rows[1][2] != digest or rows[0][2]:
            raise trial.Wrong(f"prompts are not as they were made: {rows}")

        make("second")
        trial.receipts("collect", **secret)
        trial.expect("SELECT object, what FROM state_change WHERE source = 'mlflow-aliases' ORDER BY object",
                     [("support-bot@champion", "changed"), ("support-bot@rollback", "removed")])
        trial.expect("SELECT object, what FROM state_change WHERE source = 'mlflow-registry'", [("support-bot/3", "removed")])
        trial.expect("SELECT count(*) FROM prompt_version", [(4,)])
        trial.expect_sound()
        # Who may not read sees nothing, and the sheet says that nothing was read.
        trial.receipts("collect", "--source", "mlflow-registry", code=5, MLFLOW_TRACKING_PASSWORD="another")
    return f"MLflow {trial.version('mlflow')}: registry, aliases and prompts are as they were made"
