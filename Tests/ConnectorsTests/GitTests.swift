import Connectors
import Evidence
import Foundation
import Testing

@Suite struct GitTests {
    func git(_ repository: String, _ paths: [String] = [], ref: String = "main") -> ConnectorSettings {
        .git(GitSettings(repository: repository, ref: ref, paths: paths, place: place))
    }

    static let history = #"""
        export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=Ana GIT_AUTHOR_EMAIL=ana@example.com GIT_COMMITTER_NAME=Bot GIT_COMMITTER_EMAIL=bot@example.com
        export GIT_AUTHOR_DATE='2026-03-04T02:00:11+03:00' GIT_COMMITTER_DATE='2026-03-04T02:00:12+03:00'
        git init -q -b main r; cd r
        mkdir prompts; printf 'one\n' > prompts/a.md; git add .; git commit -qm 'first'
        git checkout -qb side; printf 'two\n' >> prompts/a.md; printf x > other; git add .
        git commit -qm "$(printf 'edit\n\nBody.\n\nApproved-by: Cid <cid@example.com>\nreviewed-BY: Dora\nApproved-by: Eve\n')"
        git checkout -q main; git commit -q --allow-empty -m 'nothing'; git merge -q --no-ff -m 'merge side' side; git mv prompts/a.md "$(printf 'prompts/b\tc.md')"; git commit -qm 'rename'
        """#

    /// Whoever wrote the repository wrote its configuration too.
    @Test(arguments: ["core.commentChar A", "trailer.separators '#'"]) func itsConfigurationHidesNoTrailer(setting: String) throws {
        let folder = try Folder()
        try folder.sh(GitTests.history + "\ngit config \(setting)")
        let pulled = try pull(folder.path, git("r"))
        let edit = try #require(try pulled.sink.records.indices.map { try pulled.sink.json($0) }.first { $0["subject"]?.text == "edit" })
        #expect(edit["trailers"] == ["Approved-by": ["Cid <cid@example.com>", "Eve"], "Reviewed-by": ["Dora"]])
    }

    @Test func everyChangeOfEveryCommitIsARecord() throws {
        let folder = try Folder()
        try folder.sh(GitTests.history)
        let pulled = try pull(folder.path, git("r"))
        #expect(pulled.report.outcome == .complete && pulled.sink.forms == [.rendered], "\(pulled.report.problems)")
        let records = try pulled.sink.records.indices.map { try pulled.sink.json($0) }
        let shown = records.map {
            "\($0["subject"]?.text ?? "") \($0["status"]?.text ?? "-") \($0["path"]?.text ?? "-") \($0["first_parent"]?.flag == true) \($0["merge"]?.flag == true)"
        }
        #expect(
            Set(shown) == [
                "rename R prompts/b\\x09c.md true false", "merge side A other true true", "merge side M prompts/a.md true true", "nothing - - true false",
                "edit A other false false", "edit M prompts/a.md false false", "first A prompts/a.md true false",
            ])
        let edit = try #require(records.first { $0["subject"]?.text == "edit" && $0["status"]?.text == "M" })
        #expect(edit["trailers"] == ["Approved-by": ["Cid <cid@example.com>", "Eve"], "Reviewed-by": ["Dora"]])
        #expect(edit["author"] == ["name": "Ana", "email": "ana@example.com", "time": "2026-03-04T02:00:11+03:00"] && edit["signature"]?.text == "N")
        #expect(edit["blob"]?["new"]?.text == (try folder.sh("git -C r rev-parse side:prompts/a.md").trimmingCharacters(in: .newlines)))
        #expect(records.first { $0["status"]?.text == "R" }?["old_path"]?.text == "prompts/a.md")
        #expect(try pull(folder.path, git("r", ["prompts"])).sink.records.count == 4)
    }

    @Test func theNextPullReadsOnAndARewrittenHistoryIsTold() throws {
        let folder = try Folder()
        try folder.sh(GitTests.history)
        let first = try pull(folder.path, git("r"))
        #expect(try pull(folder.path, git("r"), cursors: first.cursors).report.outcome == .empty)
        try folder.sh("cd r; printf y > other; git -c user.name=a -c user.email=b commit -qam more")
        let second = try pull(folder.path, git("r"), cursors: first.cursors)
        #expect(second.sink.records.count == 1 && second.sink.ordinals == [first.sink.records.count + 1])
        try folder.sh("cd r; git reset -q --hard HEAD~2; git -c user.name=a -c user.email=b commit -q --allow-empty -m forced")
        let third = try pull(folder.path, git("r"), cursors: second.cursors)
        #expect(third.report.problems.first?.hasPrefix("the history was rewritten") == true && third.sink.records.count > 1)
    }

    @Test func bundlesMirrorsAndHostilePlaces() throws {
        let folder = try Folder()
        try folder.sh(
            GitTests.history
                + "\ngit bundle create -q ../b.bundle main; cd ..; git clone -q --mirror r m.git; ln -s /etc outside; git clone -q --depth 1 file://$PWD/r shallow; printf x > junk"
        )
        let whole = try pull(folder.path, git("r")).sink.records
        #expect(try pull(folder.path, git("b.bundle")).sink.records == whole)
        #expect(try pull(folder.path, git("m.git")).sink.records == whole)
        let shallow = try pull(folder.path, git("shallow")).report
        #expect(shallow.outcome == .partial && shallow.problems.first?.contains("shallow") == true)
        for bad in ["../r", "outside", "junk", "none", "/etc"] { #expect(try pull(folder.path, git(bad)).report.outcome == .failed, "\(bad)") }
        #expect(try pull(folder.path, git("r", ref: "--output=owned")).report.outcome == .failed)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/owned"))
    }

    @Test func nothingThatARepositoryNamesIsRun() throws {
        let folder = try Folder()
        try folder.sh(GitTests.history)
        try folder.sh(
            #"""
            cd r; printf '#!/bin/sh\ntouch %s/canary\ncat\n' "$PWD" > evil; chmod +x evil
            for key in core.fsmonitor core.pager core.sshCommand diff.external diff.evil.textconv diff.evil.command gpg.program gpg.ssh.program gpg.x509.program filter.evil.clean filter.evil.smudge \
                pager.log core.alternateRefsCommand gpg.ssh.defaultKeyCommand credential.helper uploadpack.packObjectsHook; do git config "$key" "$PWD/evil"; done
            git config core.hooksPath "$PWD/hooks"; mkdir hooks; for h in post-checkout reference-transaction post-index-change fsmonitor-watchman; do cp evil hooks/$h; done; cp hooks/* .git/hooks/
            printf '* diff=evil filter=evil\n' > .git/info/attributes; git config log.showSignature true
            tree=$(git rev-parse HEAD^{tree}); parent=$(git rev-parse HEAD); rm -f canary
            signed=$(printf 'tree %s\nparent %s\nauthor A <a@b> 1772582400 +0000\ncommitter A <a@b> 1772582400 +0000\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\nsigned\n' "$tree" "$parent" | git hash-object -t commit -w --stdin)
            printf '%s\n' "$signed" > .git/refs/heads/main; rm -f canary
            """#)
        let pulled = try pull(folder.path, git("r"))
        #expect(pulled.report.outcome == .complete, "\(pulled.report.problems)")
        #expect(pulled.sink.records.contains { $0.contains("\"subject\":\"signed\"") })
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/r/canary"))
    }

    /// An object that is not there is not fetched, though the repository names a program that has it and allows itself to run it.
    @Test func whatIsMissingIsNotFetched() throws {
        let folder = try Folder()
        try folder.sh(
            #"""
            git init -q -b main r; cd r; seq 100 > a.txt; git add a.txt; git -c user.name=A -c user.email=a@b commit -qm one
            git mv a.txt b.txt; echo more >> b.txt; git -c user.name=A -c user.email=a@b commit -qam two
            git config core.repositoryFormatVersion 1; git config extensions.partialClone origin; git config remote.origin.promisor true
            git config remote.origin.url "ext::touch $PWD/canary"; git config protocol.ext.allow always; git config protocol.allow always
            rm ".git/objects/$(git rev-parse HEAD~1:a.txt | sed 's|^..|&/|')"; test ! -e canary
            """#)
        let pulled = try pull(folder.path, git("r"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/r/canary"), "\(pulled.report.problems)")
    }
}
