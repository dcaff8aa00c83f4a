import Controls
import Evidence
import Glibc
import Seal

/// The keys that `receipts.yaml` names, and who signs with them. Which one is in force is the ledger's to say.
struct ProgrammeKeys {
    private let folder: ProgrammeFolder
    private let settings: [KeySetting]

    init(_ folder: ProgrammeFolder) {
        self.folder = folder
        let usual = KeySetting.file(folder.programme.paths.keys + "/" + ProgrammeFolder.signingKeyName)
        settings = folder.programme.keys.isEmpty ? [usual] : folder.programme.keys
    }

    private func place(_ path: String) -> String { path.hasPrefix("/") ? path : folder.root + "/" + path }

    /// Every configured key as far as its file is there, in their order. Asks no agent and starts no program.
    func known() throws -> [PublicKey] {
        try settings.filter { Files.exists(place($0.path)) }.map(publicKey)
    }

    /// What signing would refuse, as far as the files tell. A key that is not there is a warning: controls are also checked where keys never are, and which of
    /// several is in force only the ledger knows. Nothing of a key gets into the words.
    func problems() -> [Diagnostic] {
        let isOneThere = settings.contains { Files.exists(place($0.path)) }
        return ErrorText.problems(refuseKeysInEnvironment)
            + settings.flatMap { setting in
                if Files.exists(place(setting.path)) { return ErrorText.problems { _ = try publicKey(setting) } }
                let hint = isOneThere ? "a former key may be gone; while it is the key in force, nothing can be signed" : ProgrammeKeys.notNeeded
                return [.warning("there is no key", at: Place(file: place(setting.path)), hint: hint)]
            }
    }

    static let notNeeded = "a check needs none; 'collect' and 'publish' end here until it is put back"

    /// The first one, which a new ledger begins with.
    func first() throws -> Signer { try signer(settings[0]) }

    /// Who signs with this key. `role`: what the key is to the ledger, for the refusal.
    func signer(for key: PublicKey, role: String = "the key in force") throws -> Signer {
        try refuseKeysInEnvironment()
        var found: [PublicKey] = []
        var missing: Diagnostics?
        for setting in settings {
            do {
                let own = try publicKey(setting)
                if own == key { return try signer(setting) }
                found.append(own)
            } catch let error as Diagnostics { missing = missing ?? error }
        }
        // A key that cannot be read is the likeliest reason why the one wanted is not there.
        if let missing { throw missing }
        throw CommandError(
            .badInput, "receipts.yaml signs with \(found.map(\.fingerprint).joined(separator: ", ")), and \(role) is \(key.fingerprint)",
            hint: "put that key back; only 'receipts key rotate' hands the ledger over to another one, and the old key must sign that")
    }

    /// Who signs with the configured key that `name` means: its path as in receipts.yaml, or its fingerprint.
    func signer(named name: String) throws -> Signer {
        try refuseKeysInEnvironment()
        if let setting = settings.first(where: { $0.path == name || place($0.path) == name }) { return try signer(setting) }
        for setting in settings where name.hasPrefix("SHA256:") {
            if try publicKey(setting).fingerprint == name { return try signer(setting) }
        }
        throw CommandError(
            .badInput, "receipts.yaml names no key '\(name)'",
            hint: "list it first: key: [\((settings.map(shown) + ["{file: \(name)}"]).joined(separator: ", "))]; which of them signs, the ledger says")
    }

    private func shown(_ setting: KeySetting) -> String {
        switch setting {
        case .file(let path): "{file: \(path)}"
        case .agent(let path, _): "{agent: \(path)}"
        case .command(_, let path, _): "{command: …, public: \(path)}"
        }
    }

    // MARK: Each kind

    private func signer(_ setting: KeySetting) throws -> Signer {
        switch setting {
        case .file(let path): return Signer(try privateKey(place(path)))
        case .agent(_, let socket):
            guard let socket = socket.map(place) ?? folder.environment["SSH_AUTH_SOCK"], !socket.isEmpty else { throw SignerError.noAgent }
            return try AgentSigner(socket: socket, key: try publicKey(setting)).signer()
        case .command(let words, _, let timeout):
            return CommandSigner(words: words, key: try publicKey(setting), timeout: timeout, folder: folder.root, environment: folder.environment).signer()
        }
    }

    private func publicKey(_ setting: KeySetting) throws -> PublicKey {
        switch setting {
        case .file(let path): return try privateKey(place(path)).publicKey
        case .agent(let path, _), .command(_, let path, _): return try publicKeyFile(place(path))
        }
    }

    private func publicKeyFile(_ path: String) throws -> PublicKey {
        let bytes = try Files.read(path)
        guard let line = bytes.split(separator: 10).first, bytes.split(separator: 10).count == 1 else {
            throw Diagnostics(.error("not a public key: expected one line", at: Place(file: path), hint: "an OpenSSH file such as ssh-keygen's KEY.pub"))
        }
        do { return try PublicKey(sshLine: String(decoding: line, as: UTF8.self)) } catch {
            throw Diagnostics(.error("\(error)", at: Place(file: path), hint: "an OpenSSH Ed25519 file such as ssh-keygen's KEY.pub is expected"))
        }
    }

    private func privateKey(_ path: String) throws -> SigningKey {
        try PrivateFile.require(path)
        do { return try SSHKeyFile.read(try Files.read(path)).key } catch SealError.encryptedKey {
            let shown = path.hasPrefix(folder.root + "/") ? String(path.dropFirst(folder.root.utf8.count + 1)) : path
            throw Diagnostics(
                .error(
                    "the private key is encrypted, and this program asks for no passphrase", at: Place(file: path),
                    hint: "load it into an agent (ssh-add '\(path)') and write key: {agent: \(shown).pub} in receipts.yaml"))
        } catch let error as SealError {
            throw Diagnostics(
                .error(
                    "\(error)", at: Place(file: path),
                    hint: "an OpenSSH Ed25519 key without a passphrase is expected: the one that signed before, from a backup; or ssh-keygen -t ed25519"))
        }
    }

    private func refuseKeysInEnvironment() throws {
        for (name, value) in folder.environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("RECEIPTS_") && KeyMaterial.isKey(value) {
            throw CommandError(
                .badInput, "the environment variable '\(name)' holds what looks like a private key, which is never read from there",
                hint: "unset it; a key lies in a file of its own (mode 600), in an agent or behind a program")
        }
    }
}

/// A file that holds a secret: its owner's alone.
enum PrivateFile {
    static func require(_ path: String) throws {
        var info = stat()
        guard stat(path, &info) == 0 else {
            guard errno == ENOENT else { throw FileError(path: path, code: errno) }
            throw Diagnostics(
                .error(
                    "there is no key", at: Place(file: path),
                    hint: "restore it from a backup; only a programme that has collected nothing yet may have new ones made by 'receipts init'"))
        }
        guard info.st_mode & 0o077 == 0 else {
            throw Diagnostics(.error("others than its owner can read the key", at: Place(file: path), hint: "chmod 600 '\(path)'"))
        }
    }
}
