import Anchors
import Evidence
import Ledger
import Seal
import Verification

/// `VERIFY.txt`: what a stranger does with stock tools.
enum VerifyText {
    /// `name`: the bag's, which is the archive's without its ending.
    static func text(_ session: Session, _ name: String, _ packing: PeriodArchive.Packing) -> String {
        let origin = session.store.ledger.genesis.origin
        let verify = "ssh-keygen -Y verify -O verify-time=\(SSHTime.text(session.signedAt)) -I \(origin)"
        let isRevoking = session.head.keys.tenures.contains { $0.revocation != nil }
        func revoked(_ place: String) -> String { isRevoking ? " -r \(place)revoked.krl" : "" }
        let list = isRevoking ? ", and revoked.krl beside it" : ""
        let archive = name + packing.format.ending
        let unlisted = ["tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig"] + (packing.hasSHA512 ? ["tagmanifest-sha512.txt"] : [])
        let unpacker = packing.format == .zip ? "bsdtar or unzip" : "bsdtar or tar with zstd"
        let checks =
            ["manifest-sha256.txt", "tagmanifest-sha256.txt"].map { "sha256sum --strict --quiet -c \($0)" }
            + (packing.hasSHA512 ? ["manifest-sha512.txt", "tagmanifest-sha512.txt"] : []).map { "sha512sum --strict --quiet -c \($0)" }
        return """
            How to verify this archive without our software
            ===============================================

            You need: ssh-keygen (OpenSSH 9.1 or later), sha256sum, \(packing.hasSHA512 ? "sha512sum, " : "")\(unpacker);
            for steps 5 and 6 openssl (3.0 or later) and a POSIX shell.
            The archive was handed out as \(archive), with its signature \(archive).sig. If the files in front
            of you are called otherwise, put their names into steps 2 and 3.

            This text lies inside the archive. Copy it out and go by the copy: steps 1 and 2 come before anything is unpacked, and step 3
            unpacks afresh, where no folder \(name) is yet.

                   bsdtar -xOf \(archive) \(name)/data/VERIFY.txt > VERIFY.txt

            1. Whose key. Take allowed_signers\(list) from somewhere you trust: the auditee handed it to you earlier.

               If you have a key instead (a line 'ssh-ed25519 AAAA...'), or its fingerprint, over the phone: write that key's line yourself. A copy
               of the key lies in this archive, which proves only that the archive agrees with itself:

                   bsdtar -xOf \(archive) \(name)/data/keys/allowed_signers > copy

               Its last line is the key in force. Put that line's part from ssh-ed25519 on behind the log's name, and nothing else:

                   echo '\(origin) ssh-ed25519 AAAA...' > allowed_signers

            \(isRevoking ? "   Without a revoked.krl from there, leave out -r and its name in steps 2 and 4.\n\n" : "")   Then compare the fingerprint of each key in it:

                   sed 's/.* ssh-ed25519/ssh-ed25519/' allowed_signers | ssh-keygen -l -f -

            2. The signature over the container file, before it is unpacked:

                   \(verify) -f allowed_signers\(revoked("")) -n receipts-archive@v1 -s \(archive).sig < \(archive)

               Expected: Good "receipts-archive@v1" signature for \(origin)

            3. Unpack, then check every file, and that there are no others:

                   bsdtar -xf \(archive) && cd \(name)
                   \(checks.joined(separator: " && ")) && echo complete
                   { cut -c 67- manifest-sha256.txt tagmanifest-sha256.txt; find . ! -type d | cut -c 3-; } | LC_ALL=C sort | uniq -u

               Expected: complete, then \(unlisted.joined(separator: " and ")), which no manifest lists, and no other file.

            4. The signature inside the bag:

                   \(verify) -f ../allowed_signers\(revoked("../")) -n receipts-manifest@v1 -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt

               Expected: Good "receipts-manifest@v1" signature for \(origin)

            \(anchors(session))
            6. One artifact, from its bytes to the signed tree head: data/portal/integrity/index.html, step by step, with a short shell script.
               It prints the key that signed the tree head: it must be that of step 1.

            The time in these commands is the latest that the archive itself speaks of: it was signed then or later, by the key in force since.
            With it ssh-keygen looks up which key was in force, where a line has valid-after and valid-before.

            If the key that you trust is an earlier one of this log, step 2 does not know the key in force. Do step 3, then in data/portal:

                   sh proof/verify.sh.txt keys

            It ends with exit code 0 where each key signed the handover to the next. If your key is among those that it prints, as 'first key: ssh-ed25519
            AAAA...' or 'next key: ssh-ed25519 AAAA...', what stands behind the colon of the last of them is the key to write into
            allowed_signers as in step 1. Then do step 2 and all that follows.

            What this proves: nothing here changed since it was signed, and what an anchor of step 5 covers was there by its time. It does
            not prove that a source told the truth. It is management's record, not an auditor's report.

            """
    }

    private static func anchors(_ session: Session) -> String {
        func entries(_ kind: AnchorKind) -> [String] {
            session.anchors.anchors.filter { $0.stored.anchor.kind == kind }.map { "e\($0.stored.entry)" }
        }
        if session.anchors.anchors.isEmpty {
            return """
                5. Anchors: none. Nobody else vouches for when this was there: it is self-attested, no external anchor. If you keep
                   data/checkpoint from today on, whatever comes later must extend it ('receipts compare', 'receipts-verify ledger --anchor').

                """
        }
        let parts = [tokens(entries(.timestamp)), cosignatures(entries(.cosignature)), kept(entries(.held)), ofOneLog].compactMap { $0 }
        return """
            5. Anchors: somebody else's word over a checkpoint, in data/anchors, each with its entry in the log. An anchor covers the entries
               below the second line of its own checkpoint, the size, with their records: all of this archive's if that checkpoint is
               data/checkpoint. It covers no page: that the pages follow from the entries, 'receipts reperform' shows.

            """ + parts.joined()
    }

    private static func tokens(_ entries: [String]) -> String? {
        if entries.isEmpty { return nil }
        return """

               Time-stamp tokens. CA.pem: the authority's certificates from the authority itself, its root and, where a token does not bring
               it along, the one that it signs with (data/anchors/\(TrustRoots.authorityFile) proves only that the archive agrees with itself):

                   for E in \(entries.joined(separator: " ")); do
                     openssl ts -verify -token_in -in data/anchors/$E.tst -data data/anchors/$E.checkpoint.txt -CAfile CA.pem -untrusted CA.pem
                     openssl ts -reply -token_in -in data/anchors/$E.tst -token_out -text | grep 'Time stamp'
                     cmp data/anchors/$E.checkpoint.txt data/checkpoint && echo 'covers every entry in this archive'
                   done

               Expected for each: Verification: OK, then the time. After the authority's certificate has run out, add -attime and that time in seconds.

            """
    }

    private static func cosignatures(_ entries: [String]) -> String? {
        if entries.isEmpty { return nil }
        return """

               Cosignatures of witnesses (C2SP tlog-cosignature). WITNESS: the witness's key line, name+id+key, from the witness itself, in the
               place of the three words:

                   WITNESS='name+id+key'
                   for E in \(entries.joined(separator: " ")); do sh data/portal/proof/verify.sh.txt cosignature $E "$WITNESS"; done

               Expected for each that this witness signed: cosigned, with the time in seconds since 1970.

            """
    }

    /// What the other steps leave open: that the checkpoint which an anchor is over is one of this log.
    private static let ofOneLog = """

           Each anchor's checkpoint is signed by the log's key and of one history with data/checkpoint (openssl and a short shell script):

               V=data/portal/proof/verify.sh.txt
               cmp data/checkpoint data/portal/proof/checkpoint.txt && sh $V anchors data/anchors && sh $V anchors

           Expected for each anchor: its entries are the beginning of this log, or all of it; then: checkpoint: signature verified. No anchor counts without.

        """

    private static func kept(_ entries: [String]) -> String? {
        if entries.isEmpty { return nil }
        return """

               Checkpoints that somebody is said to keep: \(entries.joined(separator: ", ")). Each counts for whoever keeps it, and for nobody else.

            """
    }
}
