/// Why a request brought no answer that could be used.
package enum HTTPError: Error, Hashable, Sendable {
    /// Only http and https are spoken, and a URL holds no user or password.
    case refusedURL(String)
    case notReached(url: String, reason: String)
    case status(url: String, Int)
    /// Never followed: whom to ask is the caller's to name.
    case redirected(url: String, to: String)
    case tooLarge(url: String, limit: Int)
    case contentType(url: String, expected: String, found: String)
}

extension HTTPError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refusedURL(let url): "'\(url)' is not asked: an http or https URL without user and password is expected"
        case .notReached(let url, let reason): "'\(url)' cannot be reached: \(reason)"
        case .status(let url, let status): "'\(url)' answers with status \(status)"
        case .redirected(let url, let to): "'\(url)' sends elsewhere, to '\(to)'; name that yourself if you mean it"
        case .tooLarge(let url, let limit): "'\(url)' answers with more than \(limit) bytes"
        case .contentType(let url, let expected, let found): "'\(url)' answers with '\(found)', expected '\(expected)'"
        }
    }
}
