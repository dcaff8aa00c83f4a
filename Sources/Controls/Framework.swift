/// Another body's catalogue, to whose entries a control may say that it contributes. Ids only: their texts are not ours to print.
package enum Framework: String, CaseIterable, Sendable {
    case nistAIRMF = "nist_ai_rmf"
    case iso42001 = "iso_42001"
    case owaspLLM = "owasp_llm"
    case csaAICM = "csa_aicm"
    case gdpr

    package var title: String {
        switch self {
        case .nistAIRMF: "NIST AI RMF 1.0"
        case .iso42001: "ISO/IEC 42001:2023 Annex A"
        case .owaspLLM: "OWASP LLM Top 10 2025"
        case .csaAICM: "CSA AI Controls Matrix"
        case .gdpr: "GDPR article"
        }
    }

    /// Every id that may be named. Of the AI Controls Matrix only the ids that were seen, and its domains.
    package var ids: [String] {
        switch self {
        case .nistAIRMF:
            Framework.numbered("GOVERN", [7, 3, 2, 3, 2, 2]) + Framework.numbered("MAP", [6, 3, 5, 2, 2])
                + Framework.numbered("MEASURE", [3, 13, 3, 3]) + Framework.numbered("MANAGE", [4, 4, 2, 3])
        case .iso42001:
            Framework.annexA
        case .owaspLLM: (1...10).map { $0 < 10 ? "LLM0\($0)" : "LLM\($0)" }
        case .csaAICM: Framework.matrix
        case .gdpr: Framework.articles
        }
    }

    private static func numbered(_ function: String, _ counts: [Int]) -> [String] {
        zip(1..., counts).flatMap { category, count in (1...count).map { "\(function) \(category).\($0)" } }
    }

    private static let annexA = [
        "A.2.2", "A.2.3", "A.2.4", "A.3.2", "A.3.3", "A.4.2", "A.4.3", "A.4.4", "A.4.5", "A.4.6", "A.5.2", "A.5.3", "A.5.4", "A.5.5", "A.6.1.2", "A.6.1.3",
        "A.6.2.2", "A.6.2.3", "A.6.2.4", "A.6.2.5", "A.6.2.6", "A.6.2.7", "A.6.2.8", "A.7.2", "A.7.3", "A.7.4", "A.7.5", "A.7.6", "A.8.2", "A.8.3", "A.8.4",
        "A.8.5", "A.9.2", "A.9.3", "A.9.4", "A.10.2", "A.10.3", "A.10.4",
    ]
    private static let matrix = [
        "A&A", "AIS", "BCR", "CCC", "CEK", "DCS", "DSP", "GRC", "HRS", "I&S", "IAM", "LOG", "MDS", "SEF", "STA", "TVM", "A&A-01", "A&A-02", "A&A-03",
        "A&A-04", "A&A-05", "A&A-06", "AIS-08", "AIS-09", "DSP-07", "GRC-07", "LOG-02", "LOG-04", "LOG-05", "LOG-07", "LOG-08", "LOG-09", "LOG-11", "LOG-15",
        "MDS-03", "MDS-04", "MDS-05", "MDS-08", "MDS-09", "MDS-10", "MDS-13",
    ]
    private static let articles = [
        "5(1)(b)", "5(1)(c)", "5(1)(e)", "6", "7(1)", "7(3)", "12", "12(3)", "13", "15", "16", "17", "19", "25", "28", "30", "32", "33", "34", "35", "44",
    ]
}
