import Anchors
import Archive
import Evidence
import Glibc
import Ledger
import Seal

/// `receipts-verify`: what somebody runs who was handed evidence and trusts nobody. It reads, and writes nothing but its answer.
package enum VerifyProgram {
    static let usage = """
        usage: receipts-verify archive FILE    [options]
               receipts-verify portal FOLDER   [options]
               receipts-verify ledger FOLDER   [--signer-state FILE] [options]
        options:
               --allowed-signers FILE  trust only the keys in it
               --revoked-keys KRL      believe no key in it
               --anchor FILE           your own copy of a checkpoint, cosignature or time-stamp token; may be repeated
               --tsa-ca FILE           certificates (PEM) of authorities whose time you believe; may be repeated
               --witness FILE|VKEY     keys of witnesses whose time you believe; may be repeated
               --accept-unanchored     end with 0 although no external anchor covers it
               --format text|json

        Proves that nothing changed since it was signed, never that a source told the truth. The ledger's records, roots and checkpoints are
        recomputed; rows of the index are not ('receipts verify ledger' and 'receipts reperform' do that).
        Exit codes: \([Outcome.done, .integrityBroken, .badInput, .unanchored, .usage, .inputOutput].map { "\($0.rawValue) \($0.meaning)" }.joined(separator: " · "))
        """

    package static func main(_ arguments: [String]) -> Never {
        StandardStreams.hold()
        let errors: (String) -> Void = { StandardStreams.write($0 + "\n", to: 2) }
        let outcome = run(arguments, output: { StandardStreams.write($0 + "\n", to: 1) }, errors: errors)
        if let problem = StandardStreams.problem {
            errors("receipts-verify: error: \(problem)")
            exit(Outcome.inputOutput.rawValue)
        }
        exit(outcome.rawValue)
    }

    static func run(_ arguments: [String], output: (String) -> Void, errors: (String) -> Void) -> Outcome {
        if arguments == ["--help"] || arguments == ["-h"] {
            output(usage)
            return .done
        }
        guard let question = Question(arguments) else {
            errors(usage)
            return .usage
        }
        func refuse(_ reason: String) { errors("receipts-verify: error: \(reason.shown)") }
        do {
            let report = try question.answer()
            output(question.isJSON ? report.json.canonical : report.text)
            return report.outcome(acceptingUnanchored: question.acceptsUnanchored)
        } catch let error as LedgerError {
            let (outcome, diagnostics) = LedgerErrorText.words(error)
            for diagnostic in diagnostics { refuse(diagnostic.summary) }
            return outcome
        } catch let error as SealError {
            refuse("a key or signature cannot be used: \(error)")
            return .badInput
        } catch let error as NoRevision {
            refuse(error.diagnostic.summary)
            if let hint = error.diagnostic.hint { errors("receipts-verify: hint: \(hint.shown)") }
            return .badInput
        } catch is OnlyOfArchives {
            refuse(VerificationReport.onlyOfArchives)
            return .usage
        } catch let error as AnchorError {
            refuse("an anchor or its root cannot be used: \(error)")
            return .badInput
        } catch let error as ArchiveError {
            refuse("\(error)")
            return error.isUnreadableInput ? .badInput : .inputOutput
        } catch {
            refuse("\(error)")
            return .inputOutput
        }
    }
}

/// Asked of a folder what only an archive can answer.
private struct OnlyOfArchives: Error {}

/// The command line, understood.
private struct Question {
    private enum Subject: String { case archive, portal, ledger }
    private let subject: Subject
    private let path: String
    private var allowedSigners: String?
    private var revokedKeys: String?
    private var signerState: String?
    private var anchors: [String] = []
    private var authorities: [String] = []
    private var witnesses: [String] = []
    private(set) var acceptsUnanchored = false
    private(set) var isJSON = false

    init?(_ arguments: [String]) {
        guard arguments.count >= 2, let subject = Subject(rawValue: arguments[0]), !arguments[1].hasPrefix("-") else { return nil }
        self.subject = subject
        path = arguments[1]
        var rest = arguments.dropFirst(2)
        while let option = rest.popFirst() {
            switch (option, rest.first) {
            case ("--accept-unanchored", _): acceptsUnanchored = true
            case ("--anchor", let file?): anchors.append(rest.taking(file))
            case ("--tsa-ca", let file?): authorities.append(rest.taking(file))
            case ("--witness", let key?): witnesses.append(rest.taking(key))
            case ("--format", "json"?), ("--format", "text"?): isJSON = rest.popFirst() == "json"
            case ("--allowed-signers", .some): allowedSigners = rest.popFirst()
            case ("--revoked-keys", .some): revokedKeys = rest.popFirst()
            case ("--signer-state", .some) where subject == .ledger: signerState = rest.popFirst()
            default: return nil
            }
        }
    }

    func answer() throws -> VerificationReport {
        let named = authorities + witnesses
        let roots = named.isEmpty ? nil : try TrustRoots.read(authorities: authorities, witnesses: witnesses)
        switch subject {
        case .archive:
            let trust = try trust()
            guard SmallFile.exists(path + "/.") else { return try ArchiveCheck(path, trust: trust, roots: roots, anchors: anchors).verification }
            guard anchors.isEmpty, roots == nil, revokedKeys == nil else { throw OnlyOfArchives() }
            return try .bag(path, trusted: trust.allowed?.map(\.key))
        case .portal: return try .portal(path, trust: try trust(), roots: roots, anchors: anchors)
        case .ledger:
            return try .ledger(
                folder: path, state: signerState.map { SignerState(path: $0) }, trust: try trust(), roots: roots ?? .none, anchors: anchors)
        }
    }

    private func trust() throws -> Trust { try Trust(allowedSigners: allowedSigners, revokedKeys: revokedKeys) }
}

extension ArraySlice<String> {
    /// The value of an option, taken off.
    fileprivate mutating func taking(_ value: String) -> String {
        removeFirst()
        return value
    }
}
