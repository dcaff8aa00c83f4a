/// Functions of a mapping: checks their arguments, names what they yield.
enum Calls {
    static let names = [
        "add", "boolean", "count", "date", "equals", "exists", "hash", "in", "integer", "join", "later", "lower", "map", "matches", "missing", "not",
        "number", "outcome", "part", "scale", "time", "trim", "upper",
    ]

    static func compile(_ call: Syntax.Call, into plan: inout PlanBuilder) throws(SyntaxError) -> (Expression.Call, Expression.Result) {
        let arguments = call.arguments
        switch call.name {
        case "time": return (.time(try timeRule(arguments)), .instant)
        case "date": return (.time(.date), try none(call, .instant))
        case "later":
            guard arguments.count == 1, case .term(let term, _) = arguments[0] else {
                throw SyntaxError("'later' takes one path, such as later(pull.merged_at)")
            }
            return (.later(plan.term(term)), .instant)
        case "lower": return (.lower, try none(call, .text))
        case "upper": return (.upper, try none(call, .text))
        case "trim": return (.trim, try none(call, .text))
        case "hash": return (.hash, try none(call, .text))
        case "exists": return (.exists, try none(call, .boolean))
        case "missing": return (.missing, try none(call, .boolean))
        case "not": return (.not, try none(call, .boolean))
        case "number": return (.number, try none(call, .number))
        case "integer": return (.integer, try none(call, .integer))
        case "boolean": return (.boolean, try none(call, .boolean))
        case "count": return (.count, try none(call, .integer))
        case "join": return (try join(arguments, into: &plan), .text)
        case "part":
            guard arguments.count == 2, case .string(let separator) = arguments[0], !separator.isEmpty,
                let number = raw(arguments[1]) == "last" ? 0 : Int(raw(arguments[1])), raw(arguments[1]) == "last" || number > 0
            else { throw SyntaxError("'part' takes a separator and a number from 1 or the word last, such as part(',', 2)") }
            return (.part(separator: plan.constant(separator), number), .text)
        case "equals":
            guard arguments.count == 1 else { throw SyntaxError("'equals' takes one text or path, such as equals('chat')") }
            if case .term(let term, _) = arguments[0] { return (.equals(plan.term(term)), .boolean) }
            return (.isIn(try strings(call, into: &plan)), .boolean)
        case "in": return (.isIn(try strings(call, into: &plan)), .boolean)
        case "matches":
            guard arguments.count == 1, case .string(let pattern) = arguments[0] else {
                throw SyntaxError("'matches' takes one pattern, such as matches('gpt-*')")
            }
            return (.matches(Array(pattern.utf8)), .boolean)
        case "outcome": return (.outcome(try ranges(arguments)), .text)
        case "map": return (try map(arguments, into: &plan), .text)
        case "add":
            guard arguments.count == 1, case .term(let term, _) = arguments[0] else { throw SyntaxError("'add' takes one path, such as add(usage.output)") }
            return (.add(plan.term(term)), .number)
        case "scale":
            guard arguments.count == 1, let factor = Double(raw(arguments[0])), factor.isFinite else {
                throw SyntaxError("'scale' takes one number, such as scale(1000)")
            }
            return (.scale(factor, whole: Int64(raw(arguments[0]))), .number)
        default: throw SyntaxError("'\(call.name)' is not a function of a mapping")
        }
    }

    private static func raw(_ argument: Syntax.Argument) -> String {
        switch argument {
        case .string(let text), .term(_, let text): text
        case .pair, .otherwise: ""
        }
    }

    private static func none(_ call: Syntax.Call, _ result: Expression.Result) throws(SyntaxError) -> Expression.Result {
        guard call.arguments.isEmpty else { throw SyntaxError("'\(call.name)' takes no arguments") }
        return result
    }

    private static func strings(_ call: Syntax.Call, into plan: inout PlanBuilder) throws(SyntaxError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for argument in call.arguments {
            guard case .string(let text) = argument else { throw SyntaxError("'\(call.name)' takes texts in quotes") }
            ranges.append(plan.constant(text))
        }
        guard !ranges.isEmpty else { throw SyntaxError("'\(call.name)' takes at least one text in quotes") }
        return ranges
    }

    private static func join(_ arguments: [Syntax.Argument], into plan: inout PlanBuilder) throws(SyntaxError) -> Expression.Call {
        guard arguments.count >= 2, case .string(let separator) = arguments[0] else {
            throw SyntaxError("'join' takes a separator and paths, such as join('/', model, version)")
        }
        var terms: [Expression.Term] = []
        for argument in arguments.dropFirst() {
            switch argument {
            case .string(let text): terms.append(.constant(plan.constant(text)))
            case .term(let term, _): terms.append(plan.term(term))
            case .pair, .otherwise: throw SyntaxError("'join' takes a separator and paths, such as join('/', model, version)")
            }
        }
        return .join(separator: plan.constant(separator), terms)
    }

    private static func map(_ arguments: [Syntax.Argument], into plan: inout PlanBuilder) throws(SyntaxError) -> Expression.Call {
        var pairs: [(from: Range<Int>, to: Range<Int>)] = []
        var otherwise: Range<Int>?
        for argument in arguments {
            switch argument {
            case .pair(let from, let to): pairs.append((plan.constant(from), plan.constant(to)))
            case .otherwise(let to): otherwise = plan.constant(to)
            case .string, .term: throw SyntaxError("'map' takes pairs, such as map('OK'='success', *='failure')")
            }
        }
        guard !pairs.isEmpty || otherwise != nil else { throw SyntaxError("'map' takes pairs, such as map('OK'='success', *='failure')") }
        return .map(pairs, otherwise: otherwise)
    }

    private static func ranges(_ arguments: [Syntax.Argument]) throws(SyntaxError) -> [ClosedRange<Double>] {
        var ranges: [ClosedRange<Double>] = []
        for argument in arguments {
            let ends = raw(argument).split(separator: "-").map { Double($0) }
            guard let first = ends.first, let low = first, ends.count <= 2, let last = ends.last, let high = last, low <= high else {
                throw SyntaxError("'outcome' takes ranges of numbers, such as outcome('200-399')")
            }
            ranges.append(low...high)
        }
        guard !ranges.isEmpty else { throw SyntaxError("'outcome' takes ranges of numbers, such as outcome('200-399')") }
        return ranges
    }

    private static func timeRule(_ arguments: [Syntax.Argument]) throws(SyntaxError) -> TimeRule {
        guard let argument = arguments.first else { return .rfc3339 }
        guard arguments.count == 1 else { throw SyntaxError("'time' takes at most one argument") }
        if case .string(let format) = argument { return .format(try TimeFormat(format)) }
        switch raw(argument) {
        case "seconds": return .unix(1_000_000_000)
        case "milliseconds": return .unix(1_000_000)
        case "microseconds": return .unix(1_000)
        case "nanoseconds": return .unix(1)
        case "local": return .local
        default:
            throw SyntaxError(
                "'time(\(raw(argument)))' is not one of time, time(local), time(seconds), time(milliseconds), time(microseconds), time(nanoseconds), time('%Y-…')"
            )
        }
    }
}
