/// One POST, and its answer whole, of the one content type that was asked for. Nothing is kept for a next one.
///
/// The address is the one that a person named: a private or loopback one is asked like any other.
package struct HTTPPost: Sendable {
    private let url: String
    private let contentType: String
    private let accepts: String
    private let body: [UInt8]
    private let limits: HTTPClient.Limits

    /// `accepts`: the one content type that an answer may have. `limit`: bytes of the answer. `seconds`: for everything together.
    package init(_ url: String, contentType: String, accepts: String, body: [UInt8], limit: Int, seconds: Int) {
        self.url = url
        self.contentType = contentType
        self.accepts = accepts
        self.body = body
        limits = HTTPClient.Limits(bytes: limit, seconds: seconds, allowsOwnNetwork: true)
    }

    /// The answer's body, of status 200 and the content type expected.
    package func send() throws(HTTPError) -> [UInt8] {
        guard let address = HTTPAddress(url) else { throw .refusedURL(url) }
        let client = try HTTPClient(limits)
        let answer = try client.ask(HTTPRequest(address, body: body, headers: ["Content-Type: \(contentType)", "Accept: \(accepts)"]))
        if let place = answer.location { throw .redirected(url: url, to: place) }
        guard answer.status == 200 else { throw .status(url: url, answer.status) }
        let found = answer.value(of: "content-type") ?? "nothing"
        let type = found.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        guard type == accepts else { throw .contentType(url: url, expected: accepts, found: found) }
        return answer.body
    }
}
