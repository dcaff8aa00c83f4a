# Tables of the model registry as MLflow declares them, with one version in use and one that was deleted.
sqlite3 mlflow.db <<'SQL'
CREATE TABLE model_versions (name VARCHAR(256) NOT NULL, version INTEGER NOT NULL, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000),
  user_id VARCHAR(256), current_stage VARCHAR(20), source VARCHAR(500), run_id VARCHAR(32), run_link VARCHAR(500), status VARCHAR(20),
  status_message VARCHAR(500), PRIMARY KEY (name, version));
CREATE TABLE model_version_tags (name VARCHAR(256), version INTEGER, key VARCHAR(250) NOT NULL, value VARCHAR(5000), PRIMARY KEY (key, name, version));
INSERT INTO model_versions VALUES ('support-bot', 1, 1772442000123, 1772442000123, NULL, NULL, 'Production', 'models:/m-1', '90f0290736', NULL, 'READY', NULL),
  ('support-bot', 2, 1772528400000, 1772528500000, NULL, 'ada', 'Deleted_Internal', 'models:/m-2', NULL, NULL, 'READY', NULL);
INSERT INTO model_version_tags VALUES ('support-bot', 1, 'approved_by', 'ben@example.com'), ('support-bot', 1, 'approval_ticket', 'CHG-9');
SQL
