import Evidence
import Foundation

/// A source's command, ready to be run: the program found, the window put in, the environment taken from the caller's.
struct ExecCommand {
    let program: String
    let arguments: [String]
    let environment: [String]
    /// As the sheet shows it: with the window, and without the environment's values.
    let shown: String
    /// Values from the caller's environment: none of them may stand in what is told of a failure.
    private let given: SecretGuard
    /// Those whose names say that they are secret, which may not stand in its output either. Others, such as a region, may well be what a record is about.
    let secrets: SecretGuard

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
        var given: [SecretGuard.Secret] = []
        for variable in settings.environment {
            guard let value = request.environment[variable] else {
                throw ReadProblem("the environment has no '\(variable)', which '\(name)' needs")
            }
            given.append(SecretGuard.Secret(name: variable, value: Array(value.utf8)))
        }
        self.given = SecretGuard(given, shortest: 4)
        secrets = SecretGuard(given.filter { ExecCommand.isSecret($0.name, $0.value) } + given.compactMap(ExecCommand.password), shortest: 6)
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

    /// By the words of a variable's name: `PGPASSWORD`, `AWS_SECRET_ACCESS_KEY`, `GH_TOKEN`, and not `AWS_ACCESS_KEY_ID`; a path is where one lies. What is only
    /// called a key may be the name of one.
    private static func isSecret(_ variable: String, _ value: [UInt8]) -> Bool {
        let name = variable.uppercased()
        if name.hasSuffix("_FILE") || value.first == 47 { return false }
        let isNamed = ["SECRET", "TOKEN", "PASSW", "PASSPHRASE", "CREDENTIAL"].contains { name.contains($0) }
        return isNamed || ["_PWD", "PASS", "_PAT", "AUTH", "PRIVATE_KEY"].contains { name.hasSuffix($0) } || name.hasSuffix("KEY") && value.count >= 12
    }

    /// The one in a URL, as `DATABASE_URL` holds it.
    private static func password(_ given: SecretGuard.Secret) -> SecretGuard.Secret? {
        guard let password = URLComponents(string: String(decoding: given.value, as: UTF8.self))?.password else { return nil }
        return SecretGuard.Secret(name: given.name, value: Array(password.utf8))
    }

    /// The beginning of what a program said, at most `limit` bytes, without the values that it was given.
    func withoutSecrets(_ said: (_ atMost: Int) -> [UInt8], limit: Int) -> [UInt8] {
        let all = limit + given.reach
        let heard = said(all)
        var shown = Array(given.without(String(decoding: heard, as: UTF8.self)).utf8)
        // The last value may have been cut.
        if heard.count == all { shown.removeLast(min(shown.count, given.reach)) }
        return Array(shown.prefix(limit))
    }
}
