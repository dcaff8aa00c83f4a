import Connectors
import Evidence
import Foundation
import Testing

/// Data that nobody here wrote, counted by other programs too.
@Suite struct RealDataTests {
    private static let shared = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/real").standardized.path

    @Test(arguments: [
        ("cloudtrail/**/*.json.gz", DecoderSettings.json(records: "Records"), "find cloudtrail -name '*.gz' | xargs zcat | jq '.Records | length' | jq -s add"),
        ("otel/*.jsonl", .jsonLines(records: "resourceSpans.scopeSpans.spans"), "jq -s '[.[].resourceSpans[].scopeSpans[].spans | length] | add' otel/*.jsonl"),
        ("weblogs/*.gz", .text(pattern: "{line}"), "zcat weblogs/*.gz | wc -l"),
        ("litellm/*.jsonl", .jsonLines(records: nil), "wc -l < litellm/payloads.jsonl"),
        ("mlflow/rest/traces-*.json", .json(records: "traces"), "jq -s '[.[].traces | length] | add' mlflow/rest/traces-*.json"),
        ("mlflow/rest/*-versions-*.json", .json(records: "model_versions"), "jq -s '[.[].model_versions | length] | add' mlflow/rest/*-versions-*.json"),
        ("inspect/*.json", .json(records: nil), "ls inspect/*.json | wc -l"), ("inspect/*.eval", .zipMember(name: "header.json"), "ls inspect/*.eval | wc -l"),
        (
            "llm-traces/*.csv", .csv(delimiter: 44),
            "python3 -c 'import csv,glob; print(sum(len(list(csv.reader(open(f))))-1 for f in glob.glob(\"llm-traces/*.csv\")))'"
        ),
    ])
    func countsAgreeWithOtherPrograms(path: String, decoder: DecoderSettings, command: String) throws {
        guard FileManager.default.fileExists(atPath: RealDataTests.shared) else { return print("skipped: ../shared is absent (\(path))") }
        let pulled = try pull(RealDataTests.shared, files(path, decoder))
        let folder = try Folder()
        let counted = try folder.sh("cd '\(RealDataTests.shared)'; " + command).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect("\(pulled.sink.records.count)" == counted)
        #expect(pulled.sink.rejects.isEmpty && pulled.report.outcome == .complete && pulled.report.problems.isEmpty)
        for record in pulled.sink.records where pulled.sink.forms == [.json] { _ = try JSON.parse(record.utf8) }
    }

    @Test func theBundleIsReadThoughItsHeadIsMissing() throws {
        guard FileManager.default.fileExists(atPath: RealDataTests.shared) else { return print("skipped: ../shared is absent (git/prompts.bundle)") }
        let pulled = try pull(RealDataTests.shared, .git(GitSettings(repository: "git/prompts.bundle", ref: "main", paths: [], place: place)))
        let folder = try Folder()
        let counted = try folder.sh(
            """
            git clone -q --bare -b main '\(RealDataTests.shared)/git/prompts.bundle' r.git
            git -C r.git log main -m --diff-merges=first-parent --root -M -l2000 --raw --format='commit %H' | awk '/^commit/ {if (n && !f) t++; n=1; f=0} /^:/ {t++; f=1} END {if (!f) t++; print t}'
            """
        ).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect("\(pulled.sink.records.count)" == counted)
        #expect(pulled.report.outcome == .complete)
    }
}
