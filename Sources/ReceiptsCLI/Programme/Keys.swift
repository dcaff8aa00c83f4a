import Evidence
import Glibc
import Ledger
import Seal

/// Makes or takes the keys of a programme. A key is a file of its own with mode 0600, never YAML and never the environment.
struct KeyMaker {
    let folder: String
    let randomness: Randomness

    /// An Ed25519 key in OpenSSH's format and a pseudonym key, where there are none yet. `existing`: an OpenSSH key file to copy.
    func make(existing: String?) throws {
        var randomness = randomness.forked("keys")
        try Files.makeFolder(folder, mode: 0o700)
        let path = folder + "/" + ProgrammeFolder.signingKeyName
        if !Files.exists(path) {
            let key: SigningKey
            if let existing {
                key = try SSHKeyFile.read(try Files.read(existing)).key
            } else {
                key = try SigningKey(seed: randomness.bytes(32))
            }
            try Files.write(path, Array(SSHKeyFile.text(of: key, comment: "receipts").utf8), mode: 0o600, syncing: true)
            try Files.write(path + ".pub", Array((key.publicKey.sshLine(comment: "receipts") + "\n").utf8), syncing: true)
        }
        if !Files.exists(folder + "/pseudonym") {
            try Files.write(folder + "/pseudonym", Array((Hex.encode(randomness.bytes(32)) + "\n").utf8), mode: 0o600, syncing: true)
        }
        try Files.write(folder + "/.gitignore", Array("*\n!*.pub\n!.gitignore\n".utf8))
    }
}
