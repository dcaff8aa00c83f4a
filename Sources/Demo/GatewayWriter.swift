import Evidence

/// Writes one request as the gateway logs it. What does not change from one request to the next is written once, as bytes.
struct GatewayWriter: Sendable {
    private let prompts: [[UInt8]]
    private let names: [[UInt8]]
    private let models: Models

    init(prompts: Prompts, models: Models) {
        self.prompts = prompts.versions.map { version in
            Array(",\"prompt\":{\"hash\":\"\(version.hash)\",\"id\":\"\(version.prompt)\",\"version\":\"\(version.version)\"".utf8)
        }
        names = Prompts.names.map { Array(",\"prompt\":{\"id\":\"\($0)\"".utf8) }
        self.models = models
    }

    func write(_ request: Request, into bytes: inout [UInt8]) {
        var shape = Random(seed: request.shape, "shape")
        bytes.append(literal: "{\"time\":\"")
        bytes.append(request.at)
        bytes.append(literal: "\",\"request_id\":\"")
        bytes.append(requestID: request)
        bytes.append(literal: "\",\"trace_id\":\"")
        bytes.appendHex(&shape, 32)
        bytes.append(literal: "\",\"conversation_id\":\"cnv-")
        bytes.appendHex(&shape, 12)
        bytes.append(literal: "\",\"tenant\":\"")
        bytes.append(literal: GatewayWriter.tenants[request.subject % GatewayWriter.tenants.count])
        bytes.append(literal: "\",\"subject\":\"cus-")
        bytes.append(integer: request.subject, width: 5)
        bytes.append(literal: "\",\"caller\":{\"application\":\"chat-widget\",\"key_id\":\"gw-0")
        bytes.append(integer: request.subject % 7 + 1)
        bytes.append(literal: "\"},\"operation\":\"chat\",\"gateway\":\"gw-1\",\"environment\":\"production\"")
        writePrompt(request, &shape, into: &bytes)
        writeAnswer(request, &shape, into: &bytes)
        writeGuard(request, into: &bytes)
        bytes.append(literal: ",\"consent_basis\":\"")
        bytes.append(literal: request.consentNeeded ? "consent\",\"purpose\":\"answer-improvement" : "contract\",\"purpose\":\"support")
        bytes.append(literal: "\",\"data_class\":\"")
        bytes.append(literal: request.holdsPersonalData ? "personal" : "internal")
        bytes.append(literal: "\",\"retention_class\":\"d30\"}\n")
    }

    private func writePrompt(_ request: Request, _ shape: inout Random, into bytes: inout [UInt8]) {
        bytes += request.version.map { prompts[$0] } ?? names[request.prompt]
        bytes.append(literal: ",\"rendered_digest\":\"")
        bytes.appendHex(&shape, 64)
        if !request.leaks { writeExcerpt(request, &shape, into: &bytes) }
        bytes.append(literal: "\"},\"request\":{\"model\":\"aurora-large\",\"temperature\":0.2,\"top_p\":1,\"max_tokens\":800}")
    }

    private func writeExcerpt(_ request: Request, _ shape: inout Random, into bytes: inout [UInt8]) {
        bytes.append(literal: "\",\"excerpt\":\"")
        bytes.append(literal: GatewayWriter.questions[shape.below(GatewayWriter.questions.count)])
        if request.holdsPersonalData { writeContact(&shape, into: &bytes) }
    }

    /// Addresses under example.com and example.org, and Berlin numbers that are set aside for stories.
    private func writeContact(_ shape: inout Random, into bytes: inout [UInt8]) {
        bytes.append(literal: GatewayWriter.contacts[shape.below(GatewayWriter.contacts.count)])
        if shape.oneIn(2) {
            bytes.append(literal: GatewayWriter.givenNames[shape.below(GatewayWriter.givenNames.count)])
            bytes.append(46)
            bytes.append(literal: GatewayWriter.familyNames[shape.below(GatewayWriter.familyNames.count)])
            bytes.append(literal: shape.oneIn(2) ? "@example.com" : "@example.org")
        } else {
            bytes.append(literal: "+49 30 23125 ")
            bytes.append(integer: shape.below(1000), width: 3)
        }
    }

    private func writeAnswer(_ request: Request, _ shape: inout Random, into bytes: inout [UInt8]) {
        let rejected = request.verdict == .rejected
        bytes.append(literal: ",\"response\":{\"provider\":\"aurora\",\"model\":\"")
        bytes.append(text: models.running(at: request.at).version)
        bytes.append(literal: "\",\"id\":\"resp-")
        bytes.appendHex(&shape, 20)
        bytes.append(literal: "\",\"finish_reason\":\"")
        bytes.append(literal: rejected ? "refused" : "stop")
        bytes.append(literal: "\",\"check\":\"")
        bytes.append(literal: rejected ? "blocked" : "delivered")
        if request.leaks { bytes.append(literal: GatewayWriter.leak) }
        bytes.append(literal: "\",\"digest\":\"")
        bytes.appendHex(&shape, 64)
        let input = 240 + shape.below(1800), output = rejected ? 0 : 40 + shape.below(380)
        bytes.append(literal: "\"},\"usage\":{\"input_tokens\":")
        bytes.append(integer: input)
        bytes.append(literal: ",\"output_tokens\":")
        bytes.append(integer: output)
        bytes.append(literal: ",\"cost_eur\":0.0")
        bytes.append(integer: (input + output * 4) / 4, width: 4)
        bytes.append(literal: "},\"latency_ms\":")
        bytes.append(integer: 310 + shape.below(2400))
        bytes.append(literal: ",\"region\":\"eu-central\"")
    }

    private func writeGuard(_ request: Request, into bytes: inout [UInt8]) {
        guard request.verdict != .missing else { return }
        bytes.append(literal: ",\"guard\":{\"name\":\"input-guard\",\"version\":\"")
        bytes.append(text: models.guardrail(at: request.at).version)
        bytes.append(literal: "\",\"schema\":\"chat-3\",\"at\":\"")
        bytes.append(Instant(nanoseconds: request.at.nanoseconds + 4_000_000))
        bytes.append(literal: "\",\"verdict\":\"")
        switch request.verdict {
        case .rejected: bytes.append(literal: "rejected\",\"reason\":\"instruction in the customer's text")
        case .accepted, .missing: bytes.append(literal: "accepted")
        }
        bytes.append(literal: "\",\"probe\":")
        bytes.append(literal: request.probe ? "true}" : "false}")
    }

    /// The address belongs to another customer than the one who asked.
    private static let leak: StaticString = "\",\"excerpt\":\"The parcel was addressed to mira.holm@example.org, who has signed for it."
    private static let tenants: [StaticString] = ["harbour-retail", "pinewood-travel", "kestrel-energy", "lindenhof-bank"]
    private static let questions: [StaticString] = [
        "My parcel has not moved for three days, what now?", "How do I change the delivery address of an order?",
        "The invoice shows a wrong amount, please correct it.", "Wie kann ich meinen Vertrag verlängern?",
        "Can I bring a folding bike on the night train?", "Please cancel the second seat of my booking.",
        "The app says my card was refused, why?", "Welche Unterlagen brauche ich für die Erstattung?",
        "How long does a refund take after the return arrived?", "I was charged twice for the same month.",
        "Is there a tariff without a basic fee?", "Mein Zähler wurde getauscht, wo trage ich den Stand ein?",
    ]
    private static let contacts: [StaticString] = [" You can reach me at ", " Answer to ", " Bitte antworten an ", " My contact: "]
    private static let givenNames: [StaticString] = ["mira", "jonas", "aylin", "pieter", "solveig", "tomasz", "noor", "luca"]
    private static let familyNames: [StaticString] = ["holm", "vance", "brandner", "okoye", "lindqvist", "sorel", "yilmaz", "falk"]
}
