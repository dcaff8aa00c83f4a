import Foundation

/// Runs git on a repository that nobody vouches for: its configuration may name programs, and none of them may run.
struct GitCommand {
    private let program: String

    init() throws(ReadProblem) {
        let places: [String] = ["/usr/bin/git", "/usr/local/bin/git", "/bin/git"]
        guard let found = places.first(where: { access($0, X_OK) == 0 }) else {
            throw ReadProblem("git is not installed")
        }
        program = found
    }

    /// Neither the user's nor the system's configuration counts, nor replacements and grafts, which show a history that is not there.
    private static let environment = [
        "PATH=/usr/bin:/bin", "HOME=/nonexistent", "LC_ALL=C", "TZ=UTC", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
        "GIT_CONFIG_SYSTEM=/dev/null", "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1",
        "GIT_GRAFT_FILE=/dev/null", "GIT_NO_LAZY_FETCH=1", "GIT_PAGER=cat", "GIT_ASKPASS=false", "SSH_ASKPASS=false", "GNUPGHOME=/nonexistent",
    ]

    /// Given on the command line, these win over the repository's own configuration.
    private static let settings = [
        "safe.directory=*", "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "core.attributesFile=/dev/null",
        "core.sshCommand=false", "core.gitProxy=false", "core.alternateRefsCommand=false", "core.commitGraph=false", "credential.helper=",
        "diff.external=", "log.showSignature=false", "gpg.program=/usr/bin/gpg", "gpg.openpgp.program=/usr/bin/gpg",
        "gpg.x509.program=/usr/bin/gpgsm", "gpg.ssh.program=/usr/bin/ssh-keygen", "gpg.ssh.defaultKeyCommand=", "i18n.logOutputEncoding=UTF-8",
        "protocol.allow=never", "core.commentChar=#", "trailer.separators=:",
    ]

    /// `protocols`: by which git may reach another repository, none or "file". A repository can allow itself one (`protocol.<name>.allow`) that the settings
    /// above do not forbid by name; what the environment says goes before that.
    func start(_ arguments: [String], protocols: String = "") throws(ReadProblem) -> ChildProcess {
        let given = GitCommand.settings.flatMap { ["-c", $0] }
        return try ChildProcess(
            program, given + ["--no-pager", "--no-replace-objects"] + arguments,
            environment: GitCommand.environment + ["GIT_ALLOW_PROTOCOL=" + protocols])
    }

    /// What git prints, without its line end; nil if it fails.
    func answer(_ arguments: [String]) throws(ReadProblem) -> String? {
        let child = try start(arguments)
        var text: [UInt8] = []
        while true {
            let bytes = try child.next()
            if bytes.isEmpty { break }
            text.append(contentsOf: bytes.prefix(max(0, 1 << 16 - text.count)))
        }
        guard try child.finish() == nil else { return nil }
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
