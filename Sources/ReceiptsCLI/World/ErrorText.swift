import Anchors
import Archive
import Evidence
import HTTP
import Ledger
import Portal
import SQLite
import Seal
import Verification

/// Every error's words and exit code, in one place; those of the ledger stand in `LedgerErrorText`, for `receipts-verify` says them too.
package struct ErrorText {
    package let outcome: Outcome
    package let diagnostics: [Diagnostic]

    package init(_ error: any Error) {
        switch error {
        case let error as Diagnostics: (outcome, diagnostics) = (.badInput, error.all)
        case let error as LedgerError: (outcome, diagnostics) = LedgerErrorText.words(error)
        case let error as FileError: (outcome, diagnostics) = (error.isUnreadableInput ? .badInput : .inputOutput, [.error(error.text, hint: error.hint)])
        case let error as SQLiteError:
            outcome = error.isInputOutput ? .inputOutput : error.isDamage ? .integrityBroken : .inputOutput
            diagnostics = [.error("the database '\(error.path)' says: \(error.message)", hint: ErrorText.hint(error))]
        case let error as SealError: (outcome, diagnostics) = (.badInput, [.error("a key or signature cannot be used: \(error)")])
        case let error as HTTPError:
            (outcome, diagnostics) = (
                .sourceFailed, [.error("\(error)", hint: "'receipts anchor request --out FILE' writes the request for another way of sending it")]
            )
        case let error as AnchorError: (outcome, diagnostics) = (.badInput, [.error("an anchor or its root cannot be used: \(error)")])
        case let error as ArchiveError: (outcome, diagnostics) = (error.isUnreadableInput ? .badInput : .inputOutput, [.error("\(error)")])
        case let error as NoRevision: (outcome, diagnostics) = (.badInput, [error.diagnostic])
        case let error as PortalError: (outcome, diagnostics) = (.integrityBroken, [.error("a page would state a number that does not tie: \(error)")])
        case let error as SignerError: (outcome, diagnostics) = (error.outcome, [error.diagnostic])
        case let error as CommandError: (outcome, diagnostics) = (error.outcome, [error.diagnostic])
        default: (outcome, diagnostics) = (.inputOutput, [.error("\(error)")])
        }
    }

    /// What a step has to say against what it reads, where one is not to keep the next from being taken.
    static func problems(_ step: () throws -> Void) -> [Diagnostic] {
        do { try step() } catch { return ErrorText(error).diagnostics }
        return []
    }

    private static func hint(_ error: SQLiteError) -> String? {
        if error.isInputOutput { return "is the disk full or read-only?" }
        return error.isDamage ? "run 'receipts verify ledger' to see which file it is; an index is made anew by 'receipts index --rebuild'" : nil
    }
}

/// A refusal of a command itself.
package struct CommandError: Error {
    package let outcome: Outcome
    package let diagnostic: Diagnostic
    package init(_ outcome: Outcome, _ summary: String, hint: String? = nil) {
        self.outcome = outcome
        diagnostic = .error(summary, hint: hint)
    }
}
