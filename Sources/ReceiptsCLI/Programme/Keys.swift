import Evidence
import Glibc
import Ledger
import Seal

/// Makes or takes the keys of a programme. A key is a file of its own with mode 0600, never YAML and never the environment.
struct KeyMaker {
    let folder: String
    let randomness: Randomness

    /// The key in an OpenSSH key file, to be copied. Throws where another one is there already: which one signs is not decided by a word in passing.
    func take(_ path: String) throws -> SigningKey {
        let own = folder + "/" + ProgrammeFolder.signingKeyName
        let bytes = try Files.read(path)
        let key: SigningKey
        do { key = try SSHKeyFile.read(bytes).key } catch {
            let expected = "an OpenSSH Ed25519 key without a passphrase is expected (ssh-keygen -t ed25519)"
            throw CommandError(.badInput, "'\(path)' cannot be used: \(error)", hint: expected + "; nothing was made")
        }
        guard Files.exists(own), try SSHKeyFile.read(try Files.read(own)).key.publicKey != key.publicKey else { return key }
        throw CommandError(
            .badInput, "'\(own)' is there already, and is another key than '\(path)'",
            hint: "'receipts key rotate' hands a ledger over to another key; where nothing was collected yet, move that file away. Nothing was changed")
    }

    /// An Ed25519 key in OpenSSH's format and a pseudonym key, where there are none yet. `existing`: to be taken for it.
    func make(existing: SigningKey?) throws {
        var randomness = randomness.forked("keys")
        try Files.makeFolder(folder, mode: 0o700)
        let path = folder + "/" + ProgrammeFolder.signingKeyName
        if !Files.exists(path) {
            let key = try existing ?? SigningKey(seed: randomness.bytes(32))
            try Files.write(path, Array(SSHKeyFile.text(of: key, comment: "receipts").utf8), mode: 0o600, syncing: true)
            try Files.write(path + ".pub", Array((key.publicKey.sshLine(comment: "receipts") + "\n").utf8), syncing: true)
        }
        if !Files.exists(folder + "/pseudonym") {
            try Files.write(folder + "/pseudonym", Array((Hex.encode(randomness.bytes(32)) + "\n").utf8), mode: 0o600, syncing: true)
        }
        try Files.write(folder + "/.gitignore", Array("*\n!*.pub\n!.gitignore\n".utf8))
    }
}
