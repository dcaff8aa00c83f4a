import CCurl

/// One POST, and its answer whole. No redirects, no proxy from the environment, no cookies, nothing kept for a next one.
///
/// The address is the one that a person named: a private or loopback one is asked like any other.
package struct HTTPPost: Sendable {
    private typealias Handle = UnsafeMutableRawPointer

    private let url: String
    private let contentType: String
    private let accepts: String
    private let body: [UInt8]
    private let limit: Int
    private let seconds: Int

    /// `accepts`: the one content type that an answer may have. `limit`: bytes of the answer. `seconds`: for everything together.
    package init(_ url: String, contentType: String, accepts: String, body: [UInt8], limit: Int, seconds: Int) {
        self.url = url
        self.contentType = contentType
        self.accepts = accepts
        self.body = body
        self.limit = limit
        self.seconds = seconds
    }

    /// The answer's body, of status 200 and the content type expected.
    package func send() throws(HTTPError) -> [UInt8] {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard ["http", "https"].contains(scheme), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw .refusedURL(url) }
        guard HTTPPost.library, let curl = receipts_curl_new() else { throw .notReached(url: url, reason: "libcurl.so.4 is not there, or does not start") }
        defer { receipts_curl_free(curl) }
        var headers: UnsafeMutablePointer<curl_slist>?
        // `Expect:` without a value keeps curl from asking first whether it may send.
        for line in ["Content-Type: \(contentType)", "Accept: \(accepts)", "Expect:"] { headers = receipts_curl_append(headers, line) }
        defer { receipts_curl_free_list(headers) }
        let answer = Answer(limit: limit)
        try configure(curl, headers, answer)
        try check(receipts_curl_perform(curl), answer)
        return try judged(curl, answer)
    }

    /// Before any handle.
    static var library: Bool { receipts_curl_load() == 1 }

    private final class Answer {
        let limit: Int
        var bytes: [UInt8] = []
        var isTooLarge = false
        init(limit: Int) { self.limit = limit }
    }

    private func configure(_ curl: Handle, _ headers: UnsafeMutablePointer<curl_slist>?, _ answer: Answer) throws(HTTPError) {
        let codes = [
            receipts_curl_text(curl, CURLOPT_URL, url), receipts_curl_only_http(curl), receipts_curl_number(curl, CURLOPT_FOLLOWLOCATION, 0),
            receipts_curl_number(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1), receipts_curl_text(curl, CURLOPT_PROXY, ""),
            receipts_curl_number(curl, CURLOPT_NOSIGNAL, 1), receipts_curl_number(curl, CURLOPT_CONNECTTIMEOUT, min(seconds, 10)),
            receipts_curl_number(curl, CURLOPT_TIMEOUT, seconds), receipts_curl_list(curl, CURLOPT_HTTPHEADER, headers),
            receipts_curl_body(curl, body, body.count),
            receipts_curl_receive(
                curl,
                { bytes, size, count, context in
                    guard let context, let bytes else { return 0 }
                    let answer = Unmanaged<Answer>.fromOpaque(context).takeUnretainedValue()
                    guard answer.bytes.count + size * count <= answer.limit else {
                        answer.isTooLarge = true
                        return 0
                    }
                    answer.bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: size * count))
                    return size * count
                }, Unmanaged.passUnretained(answer).toOpaque()),
        ]
        guard let failed = codes.first(where: { $0 != CURLE_OK }) else { return }
        throw .notReached(url: url, reason: String(cString: receipts_curl_reason(failed)))
    }

    private func check(_ code: CURLcode, _ answer: Answer) throws(HTTPError) {
        if answer.isTooLarge { throw .tooLarge(url: url, limit: limit) }
        if code == CURLE_LOGIN_DENIED || code == CURLE_URL_MALFORMAT { throw .refusedURL(url) }
        guard code == CURLE_OK else { throw .notReached(url: url, reason: String(cString: receipts_curl_reason(code))) }
    }

    private func judged(_ curl: Handle, _ answer: Answer) throws(HTTPError) -> [UInt8] {
        if let place = receipts_curl_location(curl) { throw .redirected(url: url, to: String(cString: place)) }
        let status = receipts_curl_status(curl)
        guard status == 200 else { throw .status(url: url, status) }
        let found = receipts_curl_content_type(curl).map { String(cString: $0) } ?? "nothing"
        let type = found.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        guard type == accepts else { throw .contentType(url: url, expected: accepts, found: found) }
        return answer.bytes
    }
}
