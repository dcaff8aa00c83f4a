import Evidence
import Mapping
import Testing

@Suite struct CompileTests {
    @Test func everyMistakeIsToldWithItsPlaceAndAHint() {
        let kind = kind([("model", .text), ("tokens", .integer), ("need", .id)], required: ["need"])
        let found = problems([("modl", "a"), ("tokens", "a | lowr"), ("model", "a |")], kind: kind, at: "t | hash")
        let texts = found.map(\.text)
        #expect(found.allSatisfy { $0.place == place })
        #expect(texts.contains { $0.contains("'modl' is not a field of thing") && $0.contains("did you mean 'model'?") })
        #expect(texts.contains { $0.contains("'lowr' is not a function") && $0.contains("did you mean 'lower'?") })
        #expect(texts.contains { $0.contains("thing needs 'need'") })
        #expect(texts.contains { $0.contains("a function's name is missing") })
        #expect(texts.contains { $0.contains("an instant cannot come from 'hash'") })
    }

    @Test(arguments: [
        ("n", "a | lower", "an integer cannot come from 'lower', which yields a text"), ("n", "'x'", "'x' is not an integer"),
        ("w", "a | map('x'='maybe')", "'maybe' is not one of yes, no"), ("w", "a | outcome('200-399')", "'success' is not one of yes, no"),
        ("x", "a | time | lower", "'lower' cannot take the instant"), ("x", "a | time", "a text cannot come from 'time'"),
        ("t", "a | time('%Q')", "'%Q' is not one of"), ("t", "a | time(hours)", "'time(hours)' is not one of"),
        ("x", "a[", "a '[' is not closed"), ("x", "a | equals('x", "a quote is not closed"), ("x", "@lien", "is not one of @line"),
        ("x", "a b", "expected '|', '??' or the end"), ("who", "@line", "'@line' cannot become a pseudonym"),
        ("who", "a | hash", "a pseudonym must be made of the value itself"),
    ])
    func aFieldThatCannotBeFilledIsRefused(field: String, expression: String, says: String) {
        let kind = kind([("n", .integer), ("w", .oneOf(["yes", "no"])), ("x", .text), ("t", .instant), ("who", .account)])
        let found = problems([(field, expression)], kind: kind)
        #expect(found.count == 1)
        #expect(found.first?.summary.contains(says) == true, "\(found.first?.summary ?? "nothing")")
    }

    @Test func aPersonIsNotAskedForByName() {
        let kind = kind([("who", .account), ("whom", .subject)])
        #expect(problems([("who", "user")], kind: kind, when: ["user | equals('bot')"]).first?.summary.contains("becomes a pseudonym") == true)
        #expect(problems([("who", "user")], kind: kind, when: ["bot | equals(user)"]).first?.summary.contains("becomes a pseudonym") == true)
        #expect(problems([("who", "user")], kind: kind, when: ["user | exists"]).isEmpty)
        #expect(problems([("who", "user"), ("whom", "user")], kind: kind).first?.summary.contains("both as an account and as a subject") == true)
    }

    @Test func anUnknownKindOrPatternFieldIsNamed() {
        let found = problems([("x", "stauts")], kind: kind([("x", .text)]), at: "time", decoder: .text(pattern: "{time} {status}"))
        #expect(found.first?.hint == "did you mean 'status'?")
        #expect(problems([("x", "a[0]")], kind: kind([("x", .text)]), decoder: .csv(delimiter: 44)).first?.summary.contains("no inside") == true)
        let other = Kind(name: KindName(trusted: "thong"), title: "", description: "", fields: [], place: place)
        #expect(problems([], kind: other).first?.hint == "did you mean 'thong'?")
    }
}
