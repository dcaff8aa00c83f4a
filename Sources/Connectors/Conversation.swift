import Crypto
import Evidence
import Foundation
import HTTP

/// Asks one server, patiently and within bounds; keeps what the evidence sheet will say of it.
final class Conversation {
    let settings: HTTPSettings
    private let request: PullRequest
    private let client: HTTPClient
    /// The header lines that let us in.
    private let admission: [String]
    private let login: HTTPRequest.Login
    /// Nothing that holds one of these is taken: a server that repeats a secret would have it stored.
    private let secrets: SecretGuard
    private(set) var exchange = Exchange()
    /// What the source counts, of all stretches together; nil where it does not say.
    private(set) var sourceCount: Int?

    private static let longestWait: Int64 = 300
    private static let passing = [408, 425, 429, 500, 502, 503, 504]

    init(_ settings: HTTPSettings, _ request: PullRequest) throws(ReadProblem) {
        self.settings = settings
        self.request = request
        let resolver = SecretResolver(request)
        var headers: [String] = []
        var login = HTTPRequest.Login.none
        var secrets: [String] = []
        switch settings.authorization {
        case .none: break
        case .basic(let user, let reference):
            secrets = [try resolver.resolve(reference)]
            login = .basic(user: user, password: secrets[0])
            secrets.append(Base64.encode(Array((user + ":" + secrets[0]).utf8)))
        case .bearer(let reference):
            secrets = [try resolver.resolve(reference)]
            headers.append("Authorization: Bearer " + secrets[0])
        case .header(let name, let before, let reference):
            secrets = [try resolver.resolve(reference)]
            headers.append("\(name): \(before)\(secrets[0])")
        case .signed(let region, let service, let key, let reference, let session):
            secrets = [try resolver.resolve(reference)]
            if let session {
                secrets.append(try resolver.resolve(session))
                headers.append("X-Amz-Security-Token: " + secrets[1])
            }
            login = .signed(scope: "\(region):\(service)", key: try resolver.resolve(key), secret: secrets[0])
        }
        admission = headers
        self.login = login
        self.secrets = SecretGuard(secrets.map { SecretGuard.Secret(name: "secret", value: Array($0.utf8)) }, shortest: 6)
        let limits = HTTPClient.Limits(
            bytes: settings.pageLimit, seconds: max(1, Int(settings.timeout.components.seconds)), allowsOwnNetwork: settings.allowsOwnNetwork,
            authorities: settings.authorities.map { request.root + "/" + $0 })
        do throws(HTTPError) { client = try HTTPClient(limits) } catch { throw ReadProblem(error.description) }
    }

    private func headers(of asked: HTTPSettings) -> [String] {
        let usual =
            [("Accept", asked.isXML ? "application/xml, text/xml" : "application/json")] + (asked.body == nil ? [] : [("Content-Type", "application/json")])
        let unsaid = usual.filter { one in !asked.headers.contains { $0.name.lowercased() == one.0.lowercased() } }
        return asked.headers.map { "\($0.name): \($0.value)" } + admission + unsaid.map { "\($0.0): \($0.1)" }
    }

    /// An answer of status 200, after redirects within the same server and as many repetitions as the settings allow; nil for a status that `asked`
    /// takes for 'there is none'. Of `asked` only what is asked counts: whether we are let in, and how patiently, is the source's.
    func ask(_ address: HTTPAddress, _ body: [UInt8]?, of asked: HTTPSettings) throws(ReadProblem) -> HTTPAnswer? {
        var address = address
        var headers = headers(of: asked)
        // S3 insists on it, which signs no body of its own accord; the others take it.
        if settings.isSigned { headers.append("X-Amz-Content-Sha256: " + Hex.encode(Array(SHA256.hash(data: body ?? [])))) }
        for _ in 0...5 {
            let answer = try persist(HTTPRequest(address, body: body, headers: headers, login: login))
            guard (300...399).contains(answer.status), let location = answer.location else {
                if asked.shape.absent.contains(answer.status) { return nil }
                guard answer.status == 200 else { throw ReadProblem("'\(shown(address))' answers with status \(answer.status)\(Self.likely(answer.status))") }
                return answer
            }
            guard let next = HTTPAddress(location), next.origin == address.origin else {
                throw ReadProblem("'\(shown(address))' sends elsewhere, to '\(HTTPAddress(location)?.origin ?? "no http URL")': not followed")
            }
            guard body == nil || [307, 308].contains(answer.status) else {
                throw ReadProblem("'\(shown(address))' sends a POST on with status \(answer.status), which would lose its body: not followed")
            }
            address = next
        }
        throw ReadProblem("'\(shown(address))' sends on and on")
    }

    /// What such a status mostly means, for whoever has to mend it.
    private static func likely(_ status: Int) -> String {
        switch status {
        case 400, 422: ": it does not take what it is asked; are 'query:' or 'body:' right for this server?"
        case 401: ": it does not let us in; is the secret right, and still good?"
        case 403: ": it does not let us read this; docs/sources.md says what to grant"
        case 404: ": it shows nothing there; is 'url:' right, and may we see it?"
        default: ""
        }
    }

    private func shown(_ address: HTTPAddress) -> String { address.origin + address.path }

    private func persist(_ question: HTTPRequest) throws(ReadProblem) -> HTTPAnswer {
        var attempt = 0
        while true {
            if request.limits.isOverdue() { throw ReadProblem("the time for a pull was over before its end") }
            let problem: String
            var wait = Int64(1) << min(attempt, 6)
            do throws(HTTPError) {
                let before = request.limits.clock?()
                let answer = try client.ask(question)
                let isThrottled = answer.status == 403 && answer.value(of: "retry-after") != nil
                guard Conversation.passing.contains(answer.status) || isThrottled else {
                    note(answer, before: before)
                    return answer
                }
                problem = "'\(shown(question.address))' answers with status \(answer.status)"
                if let said = answer.value(of: "retry-after") { wait = HTTPHeaders.retryAfter(said, date: answer.value(of: "date")) ?? wait }
            } catch {
                if case .refusedAddress = error, !settings.allowsOwnNetwork {
                    throw ReadProblem("\(error); 'allow: [private]' lets this machine and one's own network be asked, and nothing else")
                }
                guard case .notReached = error else { throw ReadProblem(error.description) }
                problem = error.description
            }
            guard attempt < settings.retries else {
                throw ReadProblem(attempt == 0 ? problem : "\(problem), also after \(attempt + 1) attempts")
            }
            guard wait <= Conversation.longestWait else {
                throw ReadProblem("\(problem) and wants \(wait) s of patience, more than \(Conversation.longestWait)")
            }
            request.limits.pause(.seconds(wait))
            attempt += 1
        }
    }

    private func note(_ answer: HTTPAnswer, before: Instant?) {
        if let server = answer.value(of: settings.server), secrets.found(in: Array(server.utf8)) == nil { exchange.server = String(server.prefix(200)) }
        // The Date of a stored answer is that of its making.
        guard let before, let after = request.limits.clock?(), let date = answer.value(of: "date").flatMap(HTTPHeaders.date),
            answer.value(of: "age").map({ $0 == "0" }) ?? true
        else { return }
        let trip = max(0, after.nanoseconds - before.nanoseconds)
        // The header says the second, not when in it.
        let within = Duration.nanoseconds(trip / 2 + 500_000_000)
        guard exchange.clock.map({ within < $0.within }) ?? true else { return }
        let (seconds, isTooFar) = date.multipliedReportingOverflow(by: 1_000_000_000)
        guard !isTooFar else { return }
        exchange.clock = (.nanoseconds(seconds + 500_000_000 - before.nanoseconds - trip / 2), within)
    }

    /// Keeps a page's digest; refuses one that must not be stored.
    func note(page body: [UInt8], records: Int) throws(ReadProblem) -> String {
        guard secrets.found(in: body) == nil else {
            throw ReadProblem("page \(exchange.pages.count + 1) repeats the secret that it was asked with: not stored")
        }
        let digest = Hex.encode(HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: request.digestKey)))
        exchange.pages.append(Exchange.Page(digest: digest, bytes: body.count, records: records))
        return digest
    }
    func note(lookup name: String, isAbsent: Bool) {
        exchange.lookups[name, default: Exchange.Lookups()].asked += 1
        if isAbsent { exchange.lookups[name]?.absent += 1 }
    }
    func note(count: Int) { sourceCount = (sourceCount ?? 0) + count }
    func note(lastPage: String) { exchange.lastPage = lastPage }

    /// For a diagnostic, which may hold words of the server's.
    func withoutSecrets(_ problem: ReadProblem) -> String { secrets.without(problem.text) }
}
