import CCurl

/// A question to a server.
package struct HTTPRequest: Sendable {
    package enum Login: Sendable {
        case none
        case basic(user: String, password: String)
        /// AWS signature version 4. `scope`: `region:service`.
        case signed(scope: String, key: String, secret: String)
    }
    package let address: HTTPAddress
    /// POST with this body, else GET.
    package let body: [UInt8]?
    /// `Name: value`
    package let headers: [String]
    package let login: Login

    /// `Expect:` without a value keeps curl from asking first whether it may send. It would sign that line and not send it, so a signed request has none.
    fileprivate var silencers: [String] {
        if case .signed = login { return [] }
        return ["Expect:"]
    }

    package init(_ address: HTTPAddress, body: [UInt8]? = nil, headers: [String] = [], login: Login = .none) {
        self.address = address
        self.body = body
        self.headers = headers
        self.login = login
    }
}

/// Whatever the server said, of any status, once it is there whole.
package struct HTTPAnswer: Sendable {
    package let status: Int
    /// Names in lower case, in the order in which they came.
    package let headers: [(name: String, value: String)]
    /// Unpacked, if it came packed.
    package let body: [UInt8]
    /// Where a 3xx sends, absolute.
    package let location: String?

    package func values(of name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }
    package func value(of name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Asks one after the other, over one connection where the server keeps it. Nothing is followed, no proxy is taken from the environment, no cookie is kept.
///
/// Addresses are judged when a name has come to them and before a connection is begun, so a name that changes its mind gains nothing.
package final class HTTPClient {
    package struct Limits: Sendable {
        /// Of a body, unpacked.
        package var bytes: Int
        /// For one answer, everything together.
        package var seconds: Int
        /// Addresses of this machine and of networks of one's own are asked too.
        package var allowsOwnNetwork: Bool
        /// A file of certificates that are trusted in place of the system's.
        package var authorities: String?
        package init(bytes: Int, seconds: Int, allowsOwnNetwork: Bool = false, authorities: String? = nil) {
            self.bytes = bytes
            self.seconds = seconds
            self.allowsOwnNetwork = allowsOwnNetwork
            self.authorities = authorities
        }
    }

    private let limits: Limits
    private let curl: UnsafeMutableRawPointer
    private let gate: UnsafeMutablePointer<receipts_curl_gate>
    private let judge: Judge

    package init(_ limits: Limits) throws(HTTPError) {
        guard receipts_curl_load() == 1, let curl = receipts_curl_new() else {
            throw .notReached(url: "", reason: "libcurl.so.4 is not there, or does not start")
        }
        self.limits = limits
        self.curl = curl
        judge = Judge(allowsOwnNetwork: limits.allowsOwnNetwork)
        gate = .allocate(capacity: 1)
        gate.initialize(
            to: receipts_curl_gate(
                judge: { context, bytes, count in
                    guard let context, let bytes else { return 0 }
                    let judge = Unmanaged<Judge>.fromOpaque(context).takeUnretainedValue()
                    return judge.lets(Array(UnsafeBufferPointer(start: bytes, count: Int(count)))) ? 1 : 0
                }, context: Unmanaged.passUnretained(judge).toOpaque()))
    }

    deinit {
        receipts_curl_free(curl)
        gate.deallocate()
    }

    private final class Judge {
        let allowsOwnNetwork: Bool
        var refused: [UInt8]?
        init(allowsOwnNetwork: Bool) { self.allowsOwnNetwork = allowsOwnNetwork }
        func lets(_ address: [UInt8]) -> Bool {
            let isLet: Bool
            switch AddressClass(address) {
            case .open: isLet = true
            case .loopback, .ownNetwork: isLet = allowsOwnNetwork
            case .refused: isLet = false
            }
            if !isLet { refused = address }
            return isLet
        }
    }

    private final class Answer {
        let limit: Int
        var lines: [String] = []
        var bytes: [UInt8] = []
        var isTooLarge = false
        init(limit: Int) { self.limit = limit }
    }

    /// Errors name the address without its query, which may hold what nobody should read.
    package func ask(_ request: HTTPRequest) throws(HTTPError) -> HTTPAnswer {
        let shown = request.address.origin + request.address.path
        var list: UnsafeMutablePointer<curl_slist>?
        for line in request.headers + request.silencers {
            guard !line.utf8.contains(where: { $0 < 32 || $0 == 127 }) else { throw .refusedHeader }
            list = receipts_curl_append(list, line)
        }
        defer { receipts_curl_free_list(list) }
        let answer = Answer(limit: limits.bytes)
        judge.refused = nil
        receipts_curl_reset(curl)
        let code = configure(request, list, answer)
        guard code == CURLE_OK else { throw .notReached(url: shown, reason: String(cString: receipts_curl_reason(code))) }
        let ended = receipts_curl_perform(curl)
        if answer.isTooLarge { throw .tooLarge(url: shown, limit: limits.bytes) }
        if ended != CURLE_OK { throw failure(ended, shown) }
        return HTTPAnswer(
            status: receipts_curl_status(curl), headers: HTTPClient.headers(answer.lines), body: answer.bytes,
            location: receipts_curl_location(curl).map { String(cString: $0) })
    }

    private func failure(_ code: CURLcode, _ shown: String) -> HTTPError {
        if let refused = judge.refused { return .refusedAddress(url: shown, address: AddressClass.text(refused)) }
        let reason = String(cString: receipts_curl_reason(code))
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR: return .untrusted(url: shown, reason: reason)
        default: return .notReached(url: shown, reason: reason)
        }
    }

    private func configure(_ request: HTTPRequest, _ list: UnsafeMutablePointer<curl_slist>?, _ answer: Answer) -> CURLcode {
        let context = Unmanaged.passUnretained(answer).toOpaque()
        var codes = [
            receipts_curl_text(curl, CURLOPT_URL, request.address.whole), receipts_curl_only_http(curl), receipts_curl_number(curl, CURLOPT_FOLLOWLOCATION, 0),
            receipts_curl_number(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1), receipts_curl_text(curl, CURLOPT_PROXY, ""),
            receipts_curl_number(curl, CURLOPT_NOSIGNAL, 1), receipts_curl_number(curl, CURLOPT_CONNECTTIMEOUT, min(limits.seconds, 10)),
            receipts_curl_number(curl, CURLOPT_TIMEOUT, limits.seconds), receipts_curl_number(curl, CURLOPT_LOW_SPEED_LIMIT, 1),
            receipts_curl_number(curl, CURLOPT_LOW_SPEED_TIME, min(limits.seconds, 30)), receipts_curl_list(curl, CURLOPT_HTTPHEADER, list),
            receipts_curl_text(curl, CURLOPT_ACCEPT_ENCODING, "gzip"),
            receipts_curl_text(curl, CURLOPT_USERAGENT, "receipts"),
            receipts_curl_number(curl, CURLOPT_PATH_AS_IS, 1), receipts_curl_guard(curl, gate),
            receipts_curl_receive(curl, HTTPClient.take, context), receipts_curl_head(curl, HTTPClient.takeLine, context),
        ]
        if let body = request.body { codes.append(receipts_curl_body(curl, body, body.count)) }
        if let authorities = limits.authorities { codes.append(receipts_curl_text(curl, CURLOPT_CAINFO, authorities)) }
        switch request.login {
        case .none: break
        case .basic(let user, let password):
            codes.append(receipts_curl_number(curl, CURLOPT_HTTPAUTH, 1))
            codes += [receipts_curl_text(curl, CURLOPT_USERNAME, user), receipts_curl_text(curl, CURLOPT_PASSWORD, password)]
        case .signed(let scope, let key, let secret):
            codes.append(receipts_curl_text(curl, CURLOPT_AWS_SIGV4, "aws:amz:" + scope))
            codes += [receipts_curl_text(curl, CURLOPT_USERNAME, key), receipts_curl_text(curl, CURLOPT_PASSWORD, secret)]
        }
        return codes.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    private static let take: receipts_curl_sink = { bytes, size, count, context in
        guard let context, let bytes else { return 0 }
        let answer = Unmanaged<Answer>.fromOpaque(context).takeUnretainedValue()
        guard answer.bytes.count + size * count <= answer.limit else {
            answer.isTooLarge = true
            return 0
        }
        answer.bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: size * count))
        return size * count
    }

    private static let takeLine: receipts_curl_sink = { bytes, size, count, context in
        guard let context, let bytes else { return 0 }
        let answer = Unmanaged<Answer>.fromOpaque(context).takeUnretainedValue()
        let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self)
        // What came before, such as a 100 of its own, is not this answer.
        if line.hasPrefix("HTTP/") { answer.lines = [] }
        answer.lines.append(line)
        return answer.lines.count > 1_000 ? 0 : size * count
    }

    private static func headers(_ lines: [String]) -> [(name: String, value: String)] {
        lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            let end = value.lastIndex { !$0.isWhitespace }.map { value.index(after: $0) } ?? value.startIndex
            return (line[..<colon].lowercased(), String(value[..<end]))
        }
    }
}
