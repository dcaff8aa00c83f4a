import Evidence
import Foundation

/// A source's command, ready to be run: the program found, the window put in, the environment taken from the caller's.
struct ExecCommand {
    let program: String
    let arguments: [String]
    let environment: [String]
    /// As the sheet shows it: with the window, and without the environment's values.
    let shown: String
    /// Values that came from the caller's environment: none of them may be repeated.
    private let secrets: [(name: String, value: [UInt8])]

    /// The caller's `PATH` does not count: who can change it could choose the program.
    private static let places = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"]
    private static let usual = ["PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8", "TZ=UTC"]

    init(_ settings: ExecSettings, _ request: PullRequest) throws(ReadProblem) {
        let window = AskedWindow(request, overlap: settings.overlap)
        let words = settings.command.map { word in
            word.replacingOccurrences(of: WindowWords.start, with: window.start.description)
                .replacingOccurrences(of: WindowWords.end, with: window.end.description)
        }
        shown = words.map(ExecCommand.quoted).joined(separator: " ")
        guard let name = settings.command.first else { throw ReadProblem("the command names no program") }
        arguments = Array(words.dropFirst())
        var given: [(name: String, value: [UInt8])] = []
        for variable in settings.environment {
            guard let value = request.environment[variable] else {
                throw ReadProblem("the environment has no '\(variable)', which '\(name)' needs")
            }
            given.append((variable, Array(value.utf8)))
        }
        secrets = given
        let own = settings.environment.map { $0 + "=" + (request.environment[$0] ?? "") }
        environment = ExecCommand.usual.filter { usual in !own.contains { $0.prefix { $0 != "=" } == usual.prefix { $0 != "=" } } } + own
        program = try ExecCommand.find(name, below: request.root)
    }

    private static func find(_ name: String, below root: String) throws(ReadProblem) -> String {
        if name.hasPrefix("/") { return name }
        if name.contains("/") { return root + "/" + name }
        guard let place = places.first(where: { access($0 + "/" + name, X_OK) == 0 }) else {
            throw ReadProblem("there is no program '\(name)' in \(places.joined(separator: ", "))")
        }
        return place + "/" + name
    }

    private static func quoted(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0 | 32) || "_-./:=@%+,{}".utf8.contains($0) }
        return isPlain ? word : "'" + word.replacingOccurrences(of: "'", with: #"'\''"#) + "'"
    }

    /// What a program said, without the values that it was given. Short values are no secrets, and would tear words apart.
    func withoutSecrets(_ said: [UInt8]) -> [UInt8] {
        var text = String(decoding: said, as: UTF8.self)
        for secret in secrets where secret.value.count >= 4 {
            text = text.replacingOccurrences(of: String(decoding: secret.value, as: UTF8.self), with: "[\(secret.name)]")
        }
        return Array(text.utf8)
    }
}
