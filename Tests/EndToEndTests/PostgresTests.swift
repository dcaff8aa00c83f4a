import Foundation
import Testing

/// A PostgreSQL of our own with pgaudit: its tables are reached by `psql`, its log by files, both as its owner would grant them.
@Suite struct PostgresTests {
    /// Starts in a folder of its own, on a socket there, as a user that is not root (the server refuses that one); ends with this value.
    private final class Server {
        let sandbox: Sandbox

        init(_ sandbox: Sandbox) throws {
            self.sandbox = sandbox
            let started = try sandbox.run(
                """
                \(Server.shell)
                mkdir -p evidence/log server && chmod 755 .. . evidence && own evidence/log server && as "$bin/initdb" -D "$PWD/server/data" -A trust -N -U owner > initdb.log &&
                cat >> server/data/postgresql.conf <<SETTINGS
                shared_preload_libraries = 'pgaudit'
                log_destination = 'jsonlog'
                log_timezone = 'UTC'
                log_statement = 'none'
                logging_collector = on
                log_directory = '$PWD/evidence/log'
                log_filename = 'postgresql.log'
                log_connections = on
                pgaudit.log = 'read, write, role, ddl'
                pgaudit.log_relation = on
                pgaudit.log_rows = on
                pgaudit.log_catalog = off
                SETTINGS
                as "$bin/pg_ctl" -D "$PWD/server/data" -w -t 20 -l "$PWD/server/start.log" -o "-k $PWD/server -h ''" start > /dev/null
                """)
            guard started.code == 0 else { throw Sandbox.Failure("PostgreSQL with pgaudit does not start: \(started.errors)") }
        }
        deinit {
            _ = try? sandbox.run("\(Server.shell)\nas \"$bin/pg_ctl\" -D \"$PWD/server/data\" -m immediate stop")
        }

        /// The server must not inherit what tells Foundation that the shell has ended.
        private static let shell = """
            for end in /proc/$$/fd/*; do end=${end##*/}; [ "$end" -le 2 ] || [ "$end" = 255 ] || eval "exec $end>&-"; done
            bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
            as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --clear-groups -- "$@"; else "$@"; fi; }
            own() { if [ "$(id -u)" = 0 ]; then chown postgres "$@"; fi; }
            """

        func sql(_ user: String, _ statements: String) throws -> Sandbox.Answer {
            try sandbox.run("psql -X -q -v ON_ERROR_STOP=1 -h \"$PWD/server\" -U \(user) -d postgres <<'SQL'\n\(statements)\nSQL")
        }
    }

    private static let consent = """
          - id: consent
            owner: privacy
            connector: exec
            command: [psql, -X, -A, -t, -v, ON_ERROR_STOP=1, -d, postgres, -c, "SELECT row_to_json(c) FROM consent c WHERE at >= '{start}' AND at < '{end}' ORDER BY at"]
            environment: [PGHOST, PGUSER]
            format: jsonl
            covers: {by: export, since: 2026-01-01}
            yields:
              - kind: consent_record
                id: id
                at: at
                fields: {subject: person, purpose: purpose, action: state}

        """

    @Test func tablesAndTheAuditLogOfARealServer() throws {
        let sandbox = try Sandbox()
        #expect(
            try sandbox.run("receipts init . > /dev/null && mkdir -p evidence && receipts source add postgresql-pgaudit 'evidence/log/*.json' > /dev/null").code
                == 0)
        let server = try Server(sandbox)
        let prepared = try server.sql(
            "owner",
            """
            CREATE EXTENSION pgaudit;
            CREATE TABLE messages (id int, author text, body text);
            CREATE TABLE consent (id text, at timestamptz, person text, purpose text, state text);
            CREATE ROLE app LOGIN; GRANT ALL ON messages TO app;
            CREATE ROLE auditor LOGIN; GRANT SELECT ON consent TO auditor;
            INSERT INTO consent VALUES ('c-1', now() - interval '2 days', 'ada@example.com', 'training', 'given'),
              ('c-2', now() - interval '1 day', 'ada@example.com', 'training', 'withdrawn');
            """)
        #expect(prepared.code == 0, "\(prepared.errors)")
        #expect(
            try server.sql(
                "app",
                "INSERT INTO messages VALUES (1, 'ada@example.com', 'x'), (2, 'ada@example.com', 'y'); DELETE FROM messages WHERE author = 'ada@example.com';"
            ).code == 0)
        #expect(try server.sql("auditor", "DELETE FROM messages;").code != 0)

        let programme = try String(contentsOf: sandbox.programme.appendingPathComponent("receipts.yaml"), encoding: .utf8)
        try sandbox.write("receipts.yaml", programme + PostgresTests.consent)
        let environment = ["PGHOST": sandbox.programme.appendingPathComponent("server").path, "PGUSER": "auditor"]
        let collected = try sandbox.run("receipts collect", environment: environment)
        #expect(collected.code == 0 && collected.output.contains("consent: complete, 2 kept"), "\(collected.output)\(collected.errors)")

        func query(_ sql: String) throws -> String {
            try sandbox.run("sqlite3 -readonly ledger/index.sqlite \"\(sql)\"").output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        #expect(try query("SELECT group_concat(action) FROM (SELECT action FROM consent_record ORDER BY occurred_at)") == "given,withdrawn")
        #expect(try query("SELECT count(DISTINCT subject), min(subject) LIKE 'subj-%' FROM consent_record") == "1|1")
        #expect(try query("SELECT copy_id, rows_deleted, outcome FROM deletion_log") == "public.messages|2|success")
        #expect(try query("SELECT group_concat(outcome) FROM access_log WHERE action = 'DELETE' ORDER BY occurred_at") == "success,failure")
        #expect(try query("SELECT count(*) > 3 FROM access_log WHERE privilege = 'change_access'") == "1")
        #expect(try query("SELECT count(DISTINCT account) FROM login_event") == "3")
        #expect(try query("SELECT count(*) FROM reject") == "0")
        // What the statements said of a person is nowhere.
        #expect(try sandbox.run("receipts source try postgresql-pgaudit --format json --first 1000 | grep -c 'ada@example.com'").output == "0\n")

        // A grant that was taken away is a source that failed, with the server's own words, and no empty register.
        #expect(try server.sql("owner", "REVOKE SELECT ON consent FROM auditor;").code == 0)
        let refused = try sandbox.run("receipts collect --source consent", environment: environment)
        #expect(refused.code == 5 && refused.output.contains("consent: failed, 0 kept"), "\(refused.output)")
        #expect(refused.errors.contains("it said: ERROR: permission denied for table consent"), "\(refused.errors)")
    }

    /// Tables of the shapes that the mappings say, read by a role that may read nothing else.
    @Test func tablesOfConsentAndOfPrivacyRequestsAreReadAsTheirMappingsSay() throws {
        let sandbox = try Sandbox()
        #expect(
            try sandbox.run(
                "receipts init . > /dev/null && mkdir -p evidence && receipts source add consent-table && receipts source add privacy-requests-table"
            )
            .code == 0)
        let server = try Server(sandbox)
        let prepared = try server.sql(
            "owner",
            """
            CREATE TABLE consent (id text PRIMARY KEY, at timestamptz NOT NULL, subject text NOT NULL, purpose text NOT NULL, action text NOT NULL,
              notice_version text, proof text, channel text, expires_at timestamptz);
            CREATE TABLE privacy_request (id text PRIMARY KEY, sort text NOT NULL, subject text NOT NULL, changed_at timestamptz NOT NULL, received_at timestamptz,
              verified_at timestamptz, answered_at timestamptz, verified_by text, scope text, refused boolean, refused_reason text, extended_until timestamptz,
              extension_reason text, legal_hold boolean);
            CREATE ROLE auditor LOGIN; GRANT SELECT ON consent, privacy_request TO auditor;
            INSERT INTO consent VALUES ('c-1', now() - interval '2 days', 'ada@example.com', 'training', 'given', '2026-01', 'form-7', 'web', now() + interval '1 year'),
              ('c-2', now() - interval '1 day', 'ada@example.com', 'training', 'withdrawn', NULL, NULL, NULL, NULL);
            INSERT INTO privacy_request (id, sort, subject, changed_at, received_at, scope) VALUES
              ('d-1', 'deletion', 'ada@example.com', now() - interval '1 day', now() - interval '1 day', 'all'),
              ('a-1', 'access', 'ben@example.com', now() - interval '1 day', now() - interval '1 day', NULL);
            """)
        #expect(prepared.code == 0, "\(prepared.errors)")
        let variables = ["PGHOST": sandbox.programme.appendingPathComponent("server").path, "PGPORT": "5432", "PGDATABASE": "postgres", "PGUSER": "auditor"]
        let environment = variables.merging(["PGPASSWORD": "none"]) { $1 }
        let collected = try sandbox.run("receipts collect", environment: environment)
        #expect(
            collected.code == 0 && collected.output.contains("consent-table: complete, 2 kept")
                && collected.output.contains("privacy-requests-table: complete, 2 kept"), "\(collected.output)\(collected.errors)")

        // A request goes on: its row is another one, and both are its history.
        #expect(try server.sql("owner", "UPDATE privacy_request SET changed_at = now(), answered_at = now(), verified_by = 'desk' WHERE id = 'd-1';").code == 0)
        #expect(try sandbox.run("sleep 1; receipts collect", environment: environment).code == 0)
        func query(_ sql: String) throws -> String {
            try sandbox.run("sqlite3 -readonly ledger/index.sqlite \"\(sql)\"").output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        #expect(try query("SELECT group_concat(action) FROM (SELECT action FROM consent_record ORDER BY occurred_at)") == "given,withdrawn")
        #expect(try query("SELECT count(*), count(answered_at), count(DISTINCT deletion_request_id), sum(scope = 'all') FROM deletion_request") == "2|1|1|2")
        #expect(try query("SELECT sort, subject LIKE 'subj-%' FROM privacy_request") == "access|1")
        #expect(try query("SELECT (SELECT count(*) FROM reject) + (SELECT count(*) FROM conflict)") == "0")
    }
}
