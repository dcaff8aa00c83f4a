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
    /// What the name came to is no place that a source may lie.
    case refusedAddress(url: String, address: String)
    /// Its certificate, or what is trusted; asking again changes nothing.
    case untrusted(url: String, reason: String)
    /// A header with a line break or another control character in it; not shown, since it may hold a secret.
    case refusedHeader
}

extension HTTPError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refusedURL(let url): "'\(url)' is not asked: an http or https URL without user and password is expected"
        case .notReached(let url, let reason): "'\(url)' cannot be reached: \(reason)"
        case .status(let url, let status): "'\(url)' answers with status \(status)"
        case .redirected(let url, let to): "'\(url)' sends elsewhere, to '\(to)'; name that yourself if you mean it"
        case .tooLarge(let url, let limit): "'\(url)' answers with more than \(limit) bytes"
        case .refusedAddress(let url, let address):
            "'\(url)' is not asked: it lies at \(address), on this machine or a network of one's own, or where no source may lie"
        case .untrusted(let url, let reason): "'\(url)' is not trusted: \(reason)"
        case .refusedHeader: "a header with a control character in it is not sent"
        case .contentType(let url, let expected, let found): "'\(url)' answers with '\(found)', expected '\(expected)'"
        }
    }
}
