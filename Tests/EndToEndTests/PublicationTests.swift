import Foundation
import Testing

/// What a publication is for others: the same bytes everywhere, and checked by programs that are not ours.
@Suite struct PublicationTests {
    /// The small programme with one collection of its three days, by a simulated clock.
    private func collected() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.takeUpSmallProgramme()
        try done(sandbox.run("receipts collect --at 2026-01-08T02:00:00Z --randomness first"))
        return sandbox
    }

    /// It ended with 0; what it printed.
    @discardableResult
    private func done(_ answer: Sandbox.Answer, _ place: SourceLocation = #_sourceLocation) throws -> String {
        try #require(answer.code == 0, "\(answer.output)\(answer.errors)", sourceLocation: place)
        return answer.output
    }

    // MARK: The same bytes

    @Test func theSameStateGivesTheSameBytesWhateverIsAroundIt() throws {
        let sandbox = try collected()
        let publish = "publish --period 2026-01 --at 2026-01-08T03:00:00Z"
        try done(sandbox.run("umask 022; receipts \(publish) --output ../a"))
        try done(
            sandbox.run(
                "umask 077; cd /; receipts -C \"$OLDPWD\" \(publish) --output \"$OLDPWD\"/../b",
                environment: ["TZ": "Asia/Kathmandu", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "LC_NUMERIC": "de_DE.UTF-8"]))
        try done(
            sandbox.run(
                "umask 002; cp -r . ../moved; cd ../moved; receipts publish --period 2026-01 --at 2026-02-01T00:00:00Z --output ../c",
                environment: ["TZ": "America/St_Johns", "LC_ALL": "C.UTF-8"]))
        let digests = try ["a", "b", "c"].map { try done(sandbox.run("cd ../\($0) && find . -type f | LC_ALL=C sort | xargs sha256sum")) }
        #expect(digests[0].split(separator: "\n").count > 50 && digests[0].contains("receipts-2026-01-r1.tar.zst"))
        #expect(digests[0] == digests[1])
        #expect(digests[0] == digests[2])
    }

    @Test func aRebuiltIndexIsTheSameTableForTable() throws {
        let sandbox = try collected()
        try sandbox.write("evidence/changes/changes-2026-01-08.jsonl", "no json\n{\"id\":\"c1\",\"time\":\"2026-01-05T09:00:00Z\"}\n")
        try sandbox.run("receipts collect --at 2026-01-09T02:00:00Z --randomness second")
        try done(sandbox.run("receipts publish --at 2026-01-09T03:00:00Z"))
        let dump = "sqlite3 -readonly ledger/index.sqlite .dump"
        let before = try done(sandbox.run(dump))
        #expect([#""conflict""#, "reject", "seal"].allSatisfy { before.contains("INSERT INTO \($0) VALUES") })
        try done(sandbox.run("receipts index --rebuild"))
        let after = try done(sandbox.run(dump))
        #expect(after == before, "\(after.split(separator: "\n").difference(from: before.split(separator: "\n")))")
    }

    @Test func aZipIsTheSameBytesWhateverIsAroundIt() throws {
        let sandbox = try collected()
        let publish = "publish --archive zip --sha512 --period 2026-01 --at 2026-01-08T03:00:00Z"
        try done(sandbox.run("umask 022; receipts \(publish) --output ../a"))
        try done(
            sandbox.run(
                "umask 077; cd /; receipts -C \"$OLDPWD\" \(publish) --output \"$OLDPWD\"/../b",
                environment: ["TZ": "Asia/Tokyo", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"]))
        // Files made in another order lie in another order in their folder.
        let reversed = "mkdir ../moved; find . ! -type d | LC_ALL=C sort -r | tar -cf - -T - | tar -xpf - -C ../moved; cd ../moved"
        try done(sandbox.run("umask 002; \(reversed); receipts \(publish) --output ../c", environment: ["TZ": "America/St_Johns", "LC_ALL": "C.UTF-8"]))
        let digests = try ["a", "b", "c"].map { try done(sandbox.run("cd ../\($0)/2026-01 && sha256sum receipts-2026-01-r1.zip receipts-2026-01-r1.zip.sig")) }
        #expect(Set(digests).count == 1, "\(digests)")
        let archive = "../a/2026-01/receipts-2026-01-r1.zip"
        for command in ["verify archive", "reperform"] {
            let said = try sandbox.run("receipts \(command) --accept-unanchored \(archive)")
            #expect(said.code == 0, "\(said.output)\(said.errors)")
        }
        #expect(try done(sandbox.run("receipts compare \(archive) ../a/2026-01/r1")).hasSuffix("consistent: the same head\n"))
        // The steps that it states itself.
        let text = try done(sandbox.run("bsdtar -xOf \(archive) receipts-2026-01-r1/data/VERIFY.txt"))
        #expect(text.contains("You need: ssh-keygen (OpenSSH 9.1 or later), sha256sum, sha512sum, bsdtar or unzip;\nfor steps 5 and 6 openssl"))
        let steps = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.hasPrefix("bsdtar ") || $0.hasPrefix("sha256sum ") }
            .map { $0.replacingOccurrences(of: "A.zip", with: "receipts-2026-01-r1.zip").replacingOccurrences(of: "cd A", with: "cd receipts-2026-01-r1") }
        #expect(try done(sandbox.run("set -e; cd ../a/2026-01\n" + steps.joined(separator: "\n"))).contains("complete"))
        #expect(steps.joined().contains("sha512sum"))
        // Beside a zip that is there the other container may be made from the same revision.
        try done(
            sandbox.run(
                "receipts publish --period 2026-01 --at 2026-01-08T03:00:00Z --output ../a && receipts verify portal --accept-unanchored ../a/2026-01/r1"))
        #expect(try done(sandbox.run("ls ../a/2026-01 | grep -c -E '^(r1|receipts-2026-01-r1[.](zip|tar[.]zst)([.]sig)?)$'")) == "5\n")
    }

    // MARK: Other people's programs

    @Test func theArchiveIsVerifiedByStepsThatItStatesItself() throws {
        let sandbox = try collected()
        try done(sandbox.run("receipts publish --at 2026-01-08T03:00:00Z && mkdir ../auditor && cp output/2026-01/*.tar.zst* ../auditor/"))
        let name = "receipts-2026-01-r1"
        let text = try done(sandbox.run("bsdtar -xOf ../auditor/\(name).tar.zst \(name)/data/VERIFY.txt"))
        let steps = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { line in ["sed", "ssh-keygen", "bsdtar", "sha256sum"].contains { line.hasPrefix($0 + " ") } }
            .map { $0.replacingOccurrences(of: "A.tar.zst", with: name + ".tar.zst").replacingOccurrences(of: "cd A", with: "cd " + name) }
        #expect(steps.count == 7, "\(steps)")
        // Step 1 is a telephone call; here the auditee hands the file over.
        let commands = ["cd ../auditor", "bsdtar -xOf \(name).tar.zst \(name)/data/keys/allowed_signers > allowed_signers"] + steps
        let said = try done(sandbox.run("set -e\n" + commands.joined(separator: "\n")))
        #expect(said.contains("Good \"receipts-archive@v1\" signature for receipts/"))
        #expect(said.contains("Good \"receipts-manifest@v1\" signature for receipts/"))
        #expect(said.contains("complete") && said.contains("(ED25519)"))
        // A file that no manifest names, which sha256sum does not see.
        let others = try #require(text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.first { $0.hasPrefix("{ cut ") })
        let own = "tagmanifest-sha256.txt\ntagmanifest-sha256.txt.sig\n"
        #expect(try done(sandbox.run("cd ../auditor/\(name) && \(others)")) == own)
        #expect(try done(sandbox.run("cd ../auditor/\(name) && echo > data/more.html && \(others)")) == "data/more.html\n" + own)
        // A line of one's own, as step 1 says it, from a key that was compared.
        let line = try #require(text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.first { $0.hasPrefix("echo '") })
        let written = line.replacingOccurrences(of: "ssh-ed25519 AAAA...'", with: "'\"$(cut -d' ' -f1,2 ../programme/keys/signing_ed25519.pub)\"")
        #expect(try done(sandbox.run("cd ../auditor; \(written); cat allowed_signers; \(steps[3])")).contains("Good \"receipts-archive@v1\""))
        // And they can fail: a byte of the container, a file of the bag, a word of the manifest.
        let broken = [
            "printf x | dd of=\(name).tar.zst bs=1 seek=100 conv=notrunc status=none\n" + steps[3],
            "cd \(name); chmod u+w data/portal/index.html; echo >> data/portal/index.html\nsha256sum --strict --quiet -c manifest-sha256.txt",
            "cd \(name); chmod u+w tagmanifest-sha256.txt; echo >> tagmanifest-sha256.txt\n" + (steps.last ?? ""),
        ]
        for command in broken { #expect(try sandbox.run("cd ../auditor\n" + command).code != 0, "\(command)") }
    }

    @Test func aBagReaderOfOthersAcceptsTheArchive() throws {
        let sandbox = try collected()
        try done(sandbox.run("receipts publish --at 2026-01-08T03:00:00Z && bsdtar -xf output/2026-01/receipts-2026-01-r1.tar.zst -C .."))
        let members = try done(sandbox.run("bsdtar -tf output/2026-01/receipts-2026-01-r1.tar.zst")).split(separator: "\n")
        #expect(members.allSatisfy { $0.hasPrefix("receipts-2026-01-r1/") } && members.contains("receipts-2026-01-r1/bagit.txt"))
        #expect(members == members.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } || members.first == "receipts-2026-01-r1/bagit.txt")
        guard try sandbox.run("python3 -c 'import bagit'").code == 0 else { return print("skipped: python's bagit is not installed") }
        try done(sandbox.run("python3 -c \"import bagit; bagit.Bag('../receipts-2026-01-r1').validate()\""))
    }

    @Test func thePortalIsVerifiedByStepsThatItStatesItself() throws {
        let sandbox = try collected()
        try done(sandbox.run("receipts publish --at 2026-01-08T03:00:00Z && mkdir ../bag && bsdtar -xf output/2026-01/*.tar.zst -C ../bag"))
        let page = try done(sandbox.run("cat output/2026-01/r1/integrity/index.html"))
        var commands = page.components(separatedBy: "<code>").dropFirst().compactMap { $0.components(separatedBy: "</code>").first }
            .filter { text in ["ssh-keygen -Y", "sha256sum --strict", "sh proof/"].contains { text.hasPrefix($0) } }
            .map { $0.replacingOccurrences(of: "&lt;", with: "<").replacingOccurrences(of: "&amp;", with: "&") }
            .map { $0.replacingOccurrences(of: "ARCHIVE", with: "../receipts-2026-01-r1.tar.zst") }
            .map { $0.hasPrefix("sha256sum") ? "(cd ../../../../bag/receipts-2026-01-r1 && \($0))" : $0 }
        #expect(commands.count == 6, "\(commands)")
        commands.insert("cd output/2026-01/r1", at: 0)
        let said = try done(sandbox.run("set -e\n" + commands.joined(separator: "\n")))
        #expect(said.contains("Good \"receipts-archive@v1\" signature") && said.contains("checkpoint: signature verified"))
        #expect(said.contains("Good \"receipts-site@v1\" signature") && said.contains("\nmanifest-sha256.txt\nmanifest-sha256.txt.sig\ncheckpoint"), "\(said)")
        #expect(said.contains("record is in its pull") && said.contains("is in the ledger"))
        let broken = "cd output/2026-01/r1; chmod u+w proof/*.leaf.txt; for f in proof/*.leaf.txt; do echo >> $f; done"
        #expect(try sandbox.run("\(broken); \(commands.last ?? "")").code != 0)
    }

    @Test(arguments: ["1.2.1", "1.2.2"]) func theResultsAreOSCAL(_ version: String) throws {
        guard let schema = Checkout.shared("schemas/oscal/\(version)/oscal_complete_schema.xsd") else { return }
        let sandbox = try collected()
        try done(sandbox.run("receipts publish --at 2026-01-08T03:00:00Z; receipts publish --period 2026-01-07 --at 2026-01-08T03:00:00Z"))
        for revision in ["2026-01/r1", "2026-01-07/r1"] {
            let answer = try sandbox.run("xmllint --nonet --noout --schema '\(schema.path)' output/\(revision)/assessment-results.xml")
            #expect(answer.code == 0, "\(answer.errors)")
        }
    }

    /// Somebody without the key makes portal and checkpoint with another one: all agrees with itself, and the key that is printed is not the one known.
    @Test func aPortalByAnotherKeyShowsThatKey() throws {
        let sandbox = try collected()
        try done(sandbox.run("receipts publish --at 2026-01-08T03:00:00Z"))
        let forged = try done(
            sandbox.run(
                """
                cp -r . ../forged && cd ../forged && rm -r ledger output keys/head keys/signing_ed25519* && ssh-keygen -q -t ed25519 -N '' -f keys/signing_ed25519
                receipts collect --at 2026-01-08T02:00:00Z --randomness first 2> /dev/null && receipts publish --at 2026-01-08T03:00:00Z 2> /dev/null
                """))
        #expect(forged.contains("published"))
        for folder in ["../programme", "../forged"] {
            let key = try done(sandbox.run("cut -d' ' -f1,2 \(folder)/keys/signing_ed25519.pub")).dropLast()
            let fingerprint = try done(sandbox.run("ssh-keygen -l -f \(folder)/keys/signing_ed25519.pub | cut -d' ' -f2")).dropLast()
            for what in ["checkpoint", "keys", "e2-r2"] {
                let said = try done(sandbox.run("cd \(folder)/output/2026-01/r1 && sh proof/verify.sh.txt \(what)"))
                #expect(said.hasSuffix("checkpoint: by \(key)\ncheckpoint: with the fingerprint \(fingerprint)\n"), "\(said)")
            }
        }
        // The forged key and checkpoint alone, beside the honest first key: these do not belong together.
        let mixed = try sandbox.run(
            "cp -r output/2026-01/r1 ../mixed && cd ../mixed && chmod -R u+w . && cp ../forged/output/2026-01/r1/proof/verifier-key.txt proof/ && sh proof/verify.sh.txt keys"
        )
        #expect(mixed.code != 0 && mixed.errors.contains("the last key is NOT the one in proof/verifier-key.txt"), "\(mixed)")
        // Nor is a first key believed that the log's own first entry does not name.
        let first = try sandbox.run(
            "cd ../forged/output/2026-01/r1 && chmod -R u+w . && cp ../../../../programme/output/2026-01/r1/keys/e0.entry.txt keys/ && sh proof/verify.sh.txt keys"
        )
        #expect(first.code != 0 && first.output == "" && first.errors.contains("entry 0: the entry is NOT in the ledger"), "\(first)")
    }

    /// What was published is only said to be there if it is as it was signed.
    @Test func aPublicationThatWasChangedIsNotSaidToBeThisState() throws {
        let sandbox = try collected()
        let publish = "receipts publish --at 2026-01-08T03:00:00Z 2> ../errors; code=$?; cat ../errors >&2; exit $code"
        try done(sandbox.run(publish))
        try done(sandbox.run("cp -r output ../kept && chmod -R u+w output"))
        #expect(try done(sandbox.run(publish)).contains("already is this state; nothing was changed"))
        let (portal, archive) = ("./output/2026-01/r1", "./output/2026-01/receipts-2026-01-r1.tar.zst")
        for (change, place, says) in [
            ("echo >> output/2026-01/r1/index.html", "\(portal)/index.html", "changed: SHA-256 is "),
            ("rm output/2026-01/r1/about.html", "\(portal)/about.html", "missing, but listed"),
            ("echo > output/2026-01/r1/more.html", "\(portal)/more.html", "not listed in the manifest"),
            ("rm output/2026-01/r1/manifest-sha256.txt.sig", "\(portal)/manifest-sha256.txt.sig", "missing"),
            ("printf x | dd of=\(archive) bs=1 seek=100 conv=notrunc status=none", archive, "signature"), ("rm \(archive).sig", "\(archive).sig", "missing"),
            // Nor is a changed portal packed.
            ("rm \(archive)*; echo >> output/2026-01/r1/index.html", "\(portal)/index.html", "changed: SHA-256 is "),
        ] {
            try done(sandbox.run("rm -r output && cp -r ../kept output && chmod -R u+w output && \(change)"))
            let said = try sandbox.run(publish)
            #expect(said.code == 1 && said.output == "" && said.errors.contains("receipts: error: '\(place)' is not as it was published: "), "\(said)")
            #expect(said.errors.contains(says) && said.errors.contains("receipts: hint: put back what was published"), "\(said)")
        }
    }

    @Test func anArchiveIsMadeAnewFromItself() throws {
        let sandbox = try collected()
        try done(sandbox.run("receipts publish --at 2026-01-08T03:00:00Z"))
        let said = try sandbox.run("receipts reperform --accept-unanchored output/2026-01/receipts-2026-01-r1.tar.zst")
        #expect(said.code == 0 && said.output.contains("every file came out byte for byte as archived"), "\(said.output)\(said.errors)")
    }
}
