# One who joined, moved and left, and one account of a bot.
sqlite3 hr.db <<'SQL'
CREATE TABLE hr_event (id TEXT PRIMARY KEY, at TEXT NOT NULL, person TEXT NOT NULL, action TEXT NOT NULL, effective_at TEXT, department TEXT, manager TEXT);
CREATE TABLE hr_account (id TEXT PRIMARY KEY, at TEXT NOT NULL, person TEXT NOT NULL, account TEXT NOT NULL, from_at TEXT, to_at TEXT, role TEXT, human INTEGER, left_at TEXT);
INSERT INTO hr_event VALUES ('e-1', '2026-01-05T08:00:00Z', 'w-17', 'joined', '2026-01-07T00:00:00+01:00', 'prompts', 'ben@example.com'),
  ('e-2', '2026-02-01T08:00:00Z', 'w-17', 'moved', NULL, 'platform', NULL), ('e-3', '2026-06-30T16:00:00Z', 'w-17', 'left', '2026-06-30T22:00:00Z', NULL, '');
INSERT INTO hr_account VALUES ('a-1', '2026-06-30T16:00:00Z', 'w-17', 'ada@example.com', '2026-01-07T00:00:00+01:00', '2026-06-30T22:00:00Z', 'prompt engineer', 1, '2026-06-30T22:00:00Z'),
  ('a-2', '2026-01-05T08:00:00Z', 'svc-3', 'deploy-bot', NULL, NULL, NULL, 0, NULL);
SQL
