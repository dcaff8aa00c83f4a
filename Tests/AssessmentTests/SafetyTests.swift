import Controls
import Evidence
import Testing

@testable import Assessment

/// A control is data that somebody wrote: what it may not do is a diagnostic with file and line, never a crash and never an answer.
@Suite struct SafetyTests {
    /// Every finding is a diagnostic that names the file and a line within the SQL.
    private func expectRefusal(_ bed: Bed, _ word: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let problems = bed.problems()
        #expect(!problems.isEmpty, "nothing is wrong with: \(bed.control.attributes) \(bed.control.population)", sourceLocation: sourceLocation)
        for problem in problems {
            #expect(problem.place?.file == "controls/security/SEC-99.yaml" && problem.place?.line != nil, "\(problem.text)", sourceLocation: sourceLocation)
            #expect(!problem.summary.hasPrefix("NOT A DIAGNOSTIC"), "\(problem.text)", sourceLocation: sourceLocation)
        }
        #expect(
            word.isEmpty || problems.contains { $0.text.contains(word) }, "\(problems.map(\.text)) says nothing of '\(word)'", sourceLocation: sourceLocation)
    }

    private static let columns = "id, instant(occurred_at) AS happened_at, outcome"

    @Test(arguments: [
        ("DELETE FROM fact", "not accepted"), ("INSERT INTO fact (artifact, source) VALUES (9, 'x') RETURNING artifact", "not accepted"),
        ("ATTACH DATABASE '/tmp/x' AS x", "not accepted"), ("PRAGMA user_version = 7", "not accepted"),
        ("SELECT \(columns) FROM fact; DROP TABLE fact", "more than one statement"),
        ("SELECT \(columns) FROM fact) SELECT 1 --", "closes a parenthesis"), ("SELECT \(columns) FROM fact WHERE (1", "leaves a parenthesis open"),
        ("SELECT \(columns) FROM fact /* and so on", "leaves a comment open"), ("SELECT \(columns) FROM fact WHERE occurred_at > ?1", "parameter"),
        ("SELECT s.id, instant(f.occurred_at) AS happened_at, outcome FROM fact f JOIN secret s", "reads 'secret'"),
        ("SELECT \(columns) FROM fact WHERE (SELECT count(*) FROM secret) = 0", "reads 'secret'"),
        ("SELECT \(columns) FROM fact JOIN sqlite_master", "reads 'sqlite_master'"), ("SELECT \(columns) FROM fact, sqlite_schema", "reads 'sqlite_"),
        ("SELECT \(columns) FROM fact, pragma_database_list", "other than SELECT"),
        ("SELECT \(columns), f.file FROM fact, pragma_database_list f", "other than SELECT"),
        ("SELECT \(columns), load_extension('/tmp/x') AS y FROM fact", "load_extension"), ("SELECT \(columns), random() AS y FROM fact", "random"),
        ("SELECT \(columns), randomblob(4) AS y FROM fact", "randomblob"), ("SELECT \(columns), date('now') AS y FROM fact", "'now'"),
        ("SELECT \(columns), date(0) AS y FROM fact", "calls 'date'"), ("SELECT \(columns), strftime('%s') AS y FROM fact", "time of day"),
        ("SELECT \(columns), strftime('%s', 'n' || 'ow') AS y FROM fact", "time of day"),
        ("SELECT \(columns), \"strftime\"('%s', x) AS y FROM fact", "time of day"),
        ("SELECT \(columns), strftime('%H', 0, 'unixepoch', 'localtime') AS y FROM fact", "time of day"),
        ("SELECT \(columns), current_timestamp AS y FROM fact", "time of day"), ("SELECT \(columns), sqlite_version() AS y FROM fact", "sqlite_version"),
        ("SELECT \(columns), last_insert_rowid() AS y FROM fact", "last_insert_rowid"), ("SELECT \(columns) FROM fact WHERE zeal = 1", "zeal"),
        ("SELECT id, outcome FROM fact", "happened_at"), ("SELECT id, occurred_at AS happened_at, outcome FROM fact", "happened_at_latest"),
        ("SELECT \(columns), 1 AS covered_note FROM fact", "covered_note"), ("SELECT \(columns), n AS y, m AS y FROM fact", "two columns named 'y'"),
        ("SELECT \(columns), 1 AS attribute_a FROM fact", "attribute_a"), ("SELECT", "not accepted"), ("", "sql"),
    ])
    func aPopulationOnlyReadsWhatItDeclares(_ sql: String, _ word: String) {
        var bed = Bed()
        bed.control.population = sql
        bed.add("fact", at: "2026-01-05", ["id": "k", "outcome": "success"])
        expectRefusal(bed, word)
    }

    @Test func aLineOfItsOwnIsNamed() throws {
        var bed = Bed()
        bed.control.population = "SELECT \(SafetyTests.columns),\n\n  date('now') AS y\nFROM fact"
        let lines = bed.control.text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(lines.firstIndex { $0.contains("date('now')") }) + 1
        #expect(bed.problems().map(\.place?.line) == [line])
    }

    @Test(arguments: [false, true]) func anEndlessQueryIsStopped(_ typeI: Bool) {
        var bed = Bed()
        bed.typeI = typeI
        bed.stepLimit = 1
        bed.control.population = """
            WITH RECURSIVE more(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM more)
            SELECT id, instant(occurred_at) AS happened_at, outcome FROM fact, more WHERE i < 0
            """
        bed.add("fact", at: "2026-01-05", ["id": "k"])
        expectRefusal(bed, "takes too many steps: more than 1 million")
    }

    @Test(arguments: [
        "DELETE FROM fact", "1); DROP TABLE fact", "1) AS attribute_a FROM items /*", "1) AS attribute_a, (1", "random() > 0", "load_extension('x')",
        "(SELECT 1)", "id = date('now')",
    ])
    func anAttributeStaysInItsPlace(_ sql: String) {
        var bed = Bed()
        bed.control.attributes = [sql]
        bed.add("fact", at: "2026-01-05", ["id": "k", "outcome": "success"])
        expectRefusal(bed, "")
        if sql.contains("attribute_a") { expectRefusal(bed, "parenthesis") }
    }

    /// Each would turn what is not there into TRUE or FALSE without a covered source.
    @Test(arguments: [
        "x = 'a' OR n = 1", "coalesce(x, 'a') = 'a'", "x IS NULL", "x IS NOT NULL", "x IS NOT 'a'", "x ISNULL", "x NOTNULL", "x NOT NULL",
        "CASE WHEN x = 'a' THEN 0 ELSE 1 END", "EXISTS (SELECT 1 FROM fact)", "NOT EXISTS (SELECT 1 FROM fact)", "(SELECT count(*) FROM fact) = 0",
        "count(x) = 0", "ifnull(x, 1)", "iif(x = 'a', 1, 0)", "nullif(1, n) = 1", "x IN (NULL, 'a')", "x NOT IN ('a')", "x IN ()", "NOT x IN ()",
        "x IN directory", "(1, 2) IN (VALUES (1, 2))", "typeof(x) = 'null'", "hex(x) = ''", "printf('%s', x) = ''", "format('%s', x) = ''",
        "length(char(n)) = 1", "total(n) = 0", "sum(n) > 0", "max(n) > 0", "min (n) > 0", "avg(n) > 0", "group_concat(x) <> ''",
        "row_number() OVER () > 0", "lag(x, 1, 'a') OVER (ORDER BY id) = 'a'", "\"coalesce\"(x, 'a') = 'a'", "[ifnull](x, 1)", "`ifnull`(x, 1)",
        "co/**/alesce(x, 1)", "coalesce/* */(x, 'a') = 'a'", "coalesce--\n(x, 'a') = 'a'", "COALESCE\t(x, 'a') = 'a'", "x = 'a'oR n = 1",
        "n = ?1or n = 2", "NOT (x = 'a' AND n = 1)", "(x = 'a' AND n = 1) = 0", "NOT covered_note", "covered_note = 1", "items.covered_note = 0",
        "x IS/**/NULL", "x = 'a' -- OR", "present(x, note", "present(x)", "present(x, nota)", "present(x, secret)", "before(x + 1, b)",
        "'coalesce'(x, 'a') = 'a'", "\"x\" = 'a'",
    ])
    func anAttributeTurnsNoAbsenceIntoAnAnswer(_ sql: String) {
        var bed = Bed()
        bed.control.attributes = [sql]
        bed.isCoveredElsewhere = false
        bed.add("fact", at: "2026-01-05", ["id": "k"])
        bed.add("fact", at: "2026-01-06", ["id": "l"])
        expectRefusal(bed, "")
    }

    /// Allowed, and unknown of a fact that holds nothing.
    @Test(arguments: [
        "x = 'a'", "NOT x = 'a'", "x <> 'a'", "x IN ('a', 'b')", "x LIKE 'a%'", "x GLOB 'a*'", "n BETWEEN 1 AND 2", "NOT n BETWEEN 1 AND 2", "n + m > 0",
        "max(n, m) > 0", "min(n, 1) = 1", "x || 'a' = 'a'", "length(x) = 0", "abs(n) >= 0", "round(n) = 0", "substr(x, 1, 1) = ''", "replace(x, 'a', '') = ''",
        "instr(x, 'a') = 0", "upper(x) = ''", "trim(x) = ''", "unicode(x) > 0", "sign(n) = 0", "CAST(n AS TEXT) = ''", "-n = 0", "~n = 0", "n & 1 = 0",
        "json_extract(x, '$.a') = 1", "strftime('%Y', n, 'unixepoch') = '1970'", "x = 'OR' AND n = 1", "(n) = (m)", "x COLLATE NOCASE = 'A'",
        "present(x, note)", "absent(x, note)", "before(a, b)", "within(a, b, days(1))", "person(who) = person(other)", "counted(n, note) = 0",
        "at_least(n, 1, note)", "at_most(n, 0, note)", "covered(note)",
    ])
    func whatIsAllowedIsUnknownOfNothing(_ sql: String) throws {
        var bed = Bed()
        bed.control.attributes = [sql]
        bed.isCoveredElsewhere = false
        bed.add("fact", at: "2026-01-05", ["id": "k"])
        bed.add("fact", at: "2026-01-06", ["id": "l"])
        #expect(bed.problems().map(\.text) == [])
        #expect(try bed.items().map(\.attributes) == [[nil], [nil]])
    }

    @Test func appliesIsHeldToTheSameRules() {
        var bed = Bed()
        bed.control.applies = "coalesce(n, 1) = 1"
        expectRefusal(bed, "coalesce")
    }

    @Test func tokensJoinedAreTheText() {
        for text in ["a/**/b", "x'00' \"q\"\"r\" 'it''s' [b] `c`", "/*/ or 1 /* */", "1.5e3--end", "é = 1\u{0}", "'open", "/* open", "\"open"] {
            #expect(SQLText.text(SQLText.tokens(text)) == text)
        }
        #expect(SQLText.tokens("/*/ or 1 /* */ or").filter { $0.word == "or" }.count == 1)
    }
}
