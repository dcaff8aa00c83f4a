import Assessment
import Controls
import Evidence

/// Sentences and figures that several pages use. No locale, no formatter.
enum Words {
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(number == 1 ? noun : plural(noun))" }

    private static func plural(_ noun: String) -> String {
        if noun.hasSuffix("y"), !noun.hasSuffix("ay") { return noun.dropLast() + "ies" }
        return noun.hasSuffix("criterion") ? noun.dropLast(2) + "a" : noun + "s"
    }

    /// `5 %`, `0.25 %`: of a share between 0 and 1, to a hundredth of a percent.
    static func percent(_ share: Double) -> String { percent(hundredths: Int((share * 10_000).rounded())) }
    /// `6.67 %` of a ratio of counts; nil when there is nothing to divide by.
    static func percent(_ part: Int, of whole: Int) -> String? {
        whole == 0 ? nil : percent(hundredths: (part * 20_000 + whole) / (2 * whole))
    }
    private static func percent(hundredths: Int) -> String {
        let (whole, rest) = (hundredths / 100, hundredths % 100)
        if rest == 0 { return "\(whole) %" }
        return rest % 10 == 0 ? "\(whole).\(rest / 10) %" : "\(whole).\(padded(rest, 2)) %"
    }

    static func span(_ span: Span?) -> String {
        guard let span else { return "unknown" }
        return span.isExact ? span.earliest.description : "\(span.earliest) to \(span.latest)"
    }

    static func answer(_ value: Bool?) -> String {
        switch value {
        case true?: "yes"
        case false?: "no"
        case nil: "unknown"
        }
    }
    static func duration(_ duration: Duration) -> String {
        let seconds = duration.inNanoseconds / 1_000_000_000
        if seconds % 86_400 == 0 { return "\(seconds / 86_400) d" }
        if seconds % 3600 == 0 { return "\(seconds / 3600) h" }
        return seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds) s"
    }
    static func need(_ span: NeedSpan) -> String {
        switch span {
        case .at: "at the item's own time"
        case .before(let length): "\(duration(length)) before the item"
        case .after(let length): "\(duration(length)) after the item"
        case .around(let length): "\(duration(length)) before and after the item"
        case .columns(let from, let to): "from \(from) to \(to)"
        }
    }

    /// The finding of a control in one line, counts first.
    static func finding(_ result: ControlResult) -> String {
        let counts = result.counts
        switch result.verdict {
        case .designGap: return "design gap: no wording in force for part of the period"
        case .deviation: return "\(Words.count(counts.deviation, "deviation")) in \(counts.tested) tested of \(Words.count(counts.total, "item"))"
        case .insufficientEvidence:
            return counts.insufficientEvidence > 0
                ? "insufficient evidence for \(counts.insufficientEvidence) of \(Words.count(counts.total, "item"))"
                : "insufficient evidence: the population cannot be shown to be complete"
        case .noOccurrence: return "no occurrence in the period, and the sources were live and complete"
        case .notYetDue: return "not yet due"
        case .notApplicable: return "not applicable to any of \(Words.count(counts.total, "item"))"
        case .operated: return "operated for \(counts.operated) of \(Words.count(counts.total, "item"))\(counts.besides)"
        }
    }

    /// `2 with deviations`, after a number of controls.
    static func having(_ verdict: ControlVerdict) -> String {
        switch verdict {
        case .designGap: "with a design gap"
        case .deviation: "with deviations"
        case .insufficientEvidence: "with insufficient evidence"
        case .noOccurrence: "without occurrence"
        case .notYetDue, .notApplicable, .operated: verdict.title
        }
    }

    static func meaning(_ verdict: ControlVerdict) -> String {
        switch verdict {
        case .designGap: "No wording of the control was in force for part of the period."
        case .deviation: "At least one record shows that the control did not do what it says."
        case .insufficientEvidence: "The records cannot tell. Never read as success."
        case .noOccurrence: "Nothing happened that the control applies to, and live, complete sources prove it."
        case .notYetDue: "Every item falls due after the as-of instant."
        case .notApplicable: "The control's own scope rule excludes every item."
        case .operated: "Every item that is due and within its scope operated, and the sources of the list have no hole."
        }
    }
}
