import CLibXML2
import Crypto
import Evidence

/// Builds test cases from the elements of a JUnit report as they open and close.
final class JUnitCases: XMLReceiver {
    enum Item {
        case record([UInt8])
        case reject([UInt8], String)
    }
    private struct Suite {
        var name: String
        var timestamp: String?
        /// What its `tests` attribute claims; nested suites count for themselves.
        var claimed: Int?
        var cases = 0
        var isNested = false
        var properties: [String: JSON] = [:]
    }
    private struct Case {
        var fields: [String: JSON]
        /// The gravest result: an error, a failure, a skip, or none.
        var outcome = "passed"
        var results = 0
        var message: [UInt8] = []
    }
    private static let order = ["passed", "skipped", "failed", "errored"]

    private(set) var sawSuite = false
    private let key: SymmetricKey
    private var suites: [Suite] = []
    private var current: Case?
    private var isInResult = false
    private var items: [Item] = []
    private var hmac: HMAC<SHA256>?

    init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    func take() -> [Item] {
        defer { items.removeAll(keepingCapacity: true) }
        return items
    }

    func start(_ name: UnsafePointer<xmlChar>, _ attributes: XMLAttributes) {
        switch String(cString: name) {
        case "testsuites": sawSuite = true
        case "testsuite":
            sawSuite = true
            if !suites.isEmpty { suites[suites.count - 1].isNested = true }
            guard suites.count < 64 else { return }
            suites.append(Suite(name: attributes["name"] ?? "", timestamp: attributes["timestamp"], claimed: attributes["tests"].flatMap { Int($0) }))
        case "property" where current == nil && !suites.isEmpty:
            guard let name = attributes["name"], suites[suites.count - 1].properties.count < 256 else { return }
            suites[suites.count - 1].properties[name] = .text(attributes["value"])
        case "testcase": open(attributes)
        case "failure": result("failed", attributes)
        case "error": result("errored", attributes)
        case "skipped": result("skipped", attributes)
        default: break
        }
    }

    private func open(_ attributes: XMLAttributes) {
        sawSuite = true
        if !suites.isEmpty { suites[suites.count - 1].cases += 1 }
        let properties = suites.reduce(into: [:]) { $0.merge($1.properties) { _, inner in inner } }
        current = Case(fields: [
            "suites": .array(suites.map { .string($0.name) }),
            "suite": .text(suites.last?.name),
            "classname": .text(attributes["classname"]),
            "name": .text(attributes["name"]),
            "file": .text(attributes["file"]),
            "time": .text(attributes["time"]),
            "timestamp": .text(attributes["timestamp"] ?? suites.last { $0.timestamp != nil }?.timestamp),
            "properties": .object(properties),
        ])
        hmac = HMAC(key: key)
    }

    /// A case may hold several results: the gravest counts, and their number is told.
    private func result(_ outcome: String, _ attributes: XMLAttributes) {
        guard var open = current else { return }
        open.results += 1
        if (JUnitCases.order.firstIndex(of: outcome) ?? 0) > (JUnitCases.order.firstIndex(of: open.outcome) ?? 0) { open.outcome = outcome }
        current = open
        isInResult = true
        hmac?.update(data: Array((attributes["type"] ?? "").utf8) + [0] + Array((attributes["message"] ?? "").utf8) + [0])
    }

    func characters(_ text: UnsafeRawBufferPointer) { if isInResult { hmac?.update(data: text) } }

    func end(_ name: UnsafePointer<xmlChar>) {
        switch String(cString: name) {
        case "failure", "error", "skipped": isInResult = false
        case "testcase": close()
        case "testsuite": closeSuite()
        default: break
        }
    }

    private func close() {
        guard let done = current else { return }
        var fields = done.fields
        fields["outcome"] = .string(done.outcome)
        fields["results"] = .int(done.results)
        let digest = hmac.map { Hex.encode($0.finalize()) } ?? ""
        fields["message_digest"] = done.results == 0 ? .null : .string("hmac-sha256:" + digest)
        items.append(.record(JSON.object(fields).canonicalBytes))
        current = nil
    }

    /// A suite that claims more cases than it holds lost some on the way.
    private func closeSuite() {
        guard let suite = suites.popLast(), !suite.isNested, let claimed = suite.claimed, claimed > suite.cases else { return }
        items.append(.reject(Array(suite.name.utf8.prefix(1024)), "a suite claims \(claimed) test cases and holds \(suite.cases)"))
    }
}
