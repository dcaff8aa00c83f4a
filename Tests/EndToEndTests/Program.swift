import Foundation

/// The checkout that these tests were built in: the program under test, shipped controls and templates, fixtures.
enum Checkout {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let fixtures = root.appendingPathComponent("Tests/EndToEndTests/Fixtures")
    static let scripts = root.appendingPathComponent("Tests/EndToEndTests/Scripts")
    /// Where the programs under test lie: those that were built with the tests, or in the folder that RECEIPTS_PROGRAMS names: `scripts/test` has the
    /// programs tried as they are shipped, which also is a few times faster.
    static let programs =
        ProcessInfo.processInfo.environment["RECEIPTS_PROGRAMS"].map { URL(fileURLWithPath: $0) } ?? root.appendingPathComponent(".build/debug")
    static let shared = root.deletingLastPathComponent().appendingPathComponent("shared")

    /// A file or folder beside the checkout that not everybody has; says aloud that `test` is skipped where it is absent.
    static func shared(_ path: String, for test: String = #function) -> URL? {
        let place = shared.appendingPathComponent(path)
        if FileManager.default.fileExists(atPath: place.path) { return place }
        print("skipped: ../shared is absent (\(test.prefix { $0 != "(" }))")
        return nil
    }
}

/// A folder of its own for one test, where commands are run as a person would; removed when let go of.
final class Sandbox: Sendable {
    let folder: URL

    /// All sandboxes of this process lie here; what a test that never ends its use leaves goes with the process.
    private static let all: String = {
        atexit { try? FileManager.default.removeItem(atPath: "/tmp/receipts-tests-\(getpid())") }
        return "/tmp/receipts-tests-\(getpid())"
    }()

    struct Answer {
        let code: Int32
        let output: String
        let errors: String
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    init() throws {
        folder = URL(fileURLWithPath: Sandbox.all + "/" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // The programs on PATH, ours first.
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: bin.appendingPathComponent("receipts"), withDestinationURL: Checkout.programs.appendingPathComponent("receipts"))
        try FileManager.default.createSymbolicLink(
            at: bin.appendingPathComponent("receipts-verify"), withDestinationURL: Checkout.programs.appendingPathComponent("receipts-verify"))
    }
    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private var bin: URL { folder.appendingPathComponent(".bin") }
    var programme: URL { folder.appendingPathComponent("programme") }

    /// Runs a line of shell in the programme's folder. What it prints is read from files, so that no amount of it blocks.
    @discardableResult
    func run(_ command: String, environment: [String: String] = [:]) throws -> Answer {
        let name = UUID().uuidString
        let output = folder.appendingPathComponent(".\(name).out"), errors = folder.appendingPathComponent(".\(name).err")
        try Data().write(to: output)
        try Data().write(to: errors)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", command]
        try FileManager.default.createDirectory(at: programme, withIntermediateDirectories: true)
        process.currentDirectoryURL = programme
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        process.environment = [
            "PATH": bin.path + ":" + path, "LC_ALL": "C", "TZ": "UTC", "HOME": folder.path, "CHECKOUT": Checkout.root.path,
            "BASH_ENV": Checkout.fixtures.appendingPathComponent("scenario.sh").path,
        ]
        .merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        defer {
            try? FileManager.default.removeItem(at: output)
            try? FileManager.default.removeItem(at: errors)
        }
        return Answer(
            code: process.terminationStatus, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    func write(_ path: String, _ text: String) throws {
        let place = programme.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place)
    }

    /// The small programme of Fixtures/small: one source, one control, three days; keys of its own, the shipped templates.
    func takeUpSmallProgramme() throws {
        try FileManager.default.createDirectory(at: programme, withIntermediateDirectories: true)
        let prepared = try run(
            """
            cp -r "$CHECKOUT"/Tests/EndToEndTests/Fixtures/small/. . &&
            ln -s "$CHECKOUT"/site-templates site-templates &&
            mkdir -m 700 keys && ssh-keygen -q -t ed25519 -N '' -C receipts -f keys/signing_ed25519 &&
            (umask 077; printf '%064d' 1 > keys/pseudonym)
            """)
        guard prepared.code == 0 else { throw Failure(prepared.errors) }
    }

    /// A programme of these shipped controls, with every shipped kind and a plan of one milestone; `receipts.yaml` is the script's own.
    func takeUpControls(_ ids: [String]) throws {
        try FileManager.default.createDirectory(at: programme, withIntermediateDirectories: true)
        let prepared = try run(
            """
            mkdir controls && cp -r "$CHECKOUT"/controls/kinds "$CHECKOUT"/controls/criteria.yaml controls/ &&
            printf 'period_days: 90\nmilestones:\n  - {day: 30, goal: begin}\n  - {day: 60, goal: go on}\n  - {day: 90, goal: end}\n' > controls/plan.yaml &&
            for id in \(ids.joined(separator: " ")); do
                file=$(echo "$CHECKOUT"/controls/*/$id.yaml) && folder=controls/$(basename "$(dirname "$file")") && mkdir -p $folder && cp "$file" $folder/ || exit
            done &&
            mkdir -m 700 keys && ssh-keygen -q -t ed25519 -N '' -C receipts -f keys/signing_ed25519 &&
            (umask 077; printf '%064d' 1 > keys/pseudonym)
            """)
        guard prepared.code == 0 else { throw Failure(prepared.errors) }
    }

    struct Failure: Error { let text: String; init(_ text: String) { self.text = text } }
}
