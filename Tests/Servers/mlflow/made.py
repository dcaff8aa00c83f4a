"""What a team does to its registry, by MLflow's own client. usage: made.py URL reader|first|second"""
import sys

import mlflow
import pandas
from mlflow import MlflowClient
from mlflow.server import get_app_client

url, part = sys.argv[1:]
mlflow.set_tracking_uri(url)
client = MlflowClient(url)


def reader():
    get_app_client("basic-auth", url).create_user("receipts", "a reader's password")


def first():
    mlflow.set_experiment("fine-tuning")
    client.create_registered_model("support-bot", tags={"team": "assist"})
    for number in (1, 2, 3):
        with mlflow.start_run(run_name=f"train-{number}") as run:
            mlflow.log_param("base_model", "open-weights-7b")
            if number < 3:
                data = mlflow.data.from_pandas(pandas.DataFrame({"question": ["a", "b"], "n": [number, 2]}), name=f"corpus-v{number}")
                mlflow.log_input(data, context="training")
            if number == 2:
                mlflow.log_input(mlflow.data.from_pandas(pandas.DataFrame({"question": ["c"]}), name="held-out"), context="validation")
        client.create_model_version("support-bot", f"s3://models/support-bot/{number}", run.info.run_id)
    client.create_registered_model("guard")
    client.create_model_version("guard", "s3://models/guard/1", tags={"base_model": "open-guard-1b"})
    client.set_model_version_tag("support-bot", "1", "approved_by", "ben@example.com")
    client.set_model_version_tag("support-bot", "1", "approval_ticket", "CHG-9")
    client.transition_model_version_stage("support-bot", "1", "Production")
    client.set_registered_model_alias("support-bot", "champion", "1")
    client.set_registered_model_alias("support-bot", "rollback", "1")
    mlflow.genai.register_prompt("greeting", "You are polite. If it is urgent, name ada@example.com. {{question}}", commit_message="first")
    mlflow.genai.register_prompt("greeting", "You are polite and brief. {{question}}", commit_message="shorter, as ben@example.com asked")
    mlflow.genai.register_prompt("triage", [{"role": "system", "content": "You sort tickets."}, {"role": "user", "content": "{{ticket}}"}])


def second():
    client.set_registered_model_alias("support-bot", "champion", "2")
    client.delete_registered_model_alias("support-bot", "rollback")
    client.delete_model_version("support-bot", "3")
    mlflow.genai.register_prompt("greeting", "Be brief. {{question}}")


{"reader": reader, "first": first, "second": second}[part]()
