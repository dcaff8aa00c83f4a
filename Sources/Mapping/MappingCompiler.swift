import Evidence

/// Turns a source's `yields` into plans, and collects what is wrong with them.
struct MappingCompiler {
    let source: SourceDefinition
    let kinds: [Kind]
    var plan = PlanBuilder()
    var yields: [YieldPlan] = []
    var uses: [Use] = []
    var diagnostics: [Diagnostic] = []
    var pattern: TextPattern?
    var delimiter = UInt8(ascii: ",")
    private(set) var isFlat = false
    /// Paths of which something is worked out, and not only their text taken as it stands or asked whether it is there.
    private(set) var lookedInto: Set<Int> = []
    private(set) var readsLine = false

    init(source: SourceDefinition, kinds: [Kind]) {
        self.source = source
        self.kinds = kinds
    }

    mutating func compile() {
        if let decoder = source.connector.decoder { readDecoder(decoder) }
        for (index, yield) in source.yields.enumerated() { compile(yield, index) }
        checkPeople()
    }

    private mutating func readDecoder(_ decoder: DecoderSettings) {
        switch decoder {
        case .csv(let byte):
            delimiter = byte
            isFlat = true
        case .text(let text):
            isFlat = true
            do throws(SyntaxError) { pattern = try TextPattern(text) } catch { fail(error.summary, source.place) }
        case .jsonLines, .json, .xml, .junit, .document, .zipMember: break
        }
    }

    private mutating func compile(_ yield: YieldDefinition, _ index: Int) {
        guard let kind = kinds.first(where: { $0.name == yield.kind }) else {
            let near = nearest(to: yield.kind.text, among: kinds.map(\.name.text))
            return fail("'\(yield.kind)' is not a kind of evidence", yield.place, hint: near.map { "did you mean '\($0)'?" })
        }
        let words = (kind.name.text, index)
        var when: [Column] = []
        for condition in yield.when {
            if let column = column(condition, .boolean, false, words, isCondition: true) { when.append(column) }
        }
        let id = yield.id.flatMap { column($0, .id, false, words, label: "id") }
        let at = yield.at.flatMap { column($0, .instant, true, words, label: "at") }
        for expression in yield.fields where kind.field(expression.name) == nil {
            let near = nearest(to: expression.name, among: kind.fields.map(\.name))
            fail("'\(expression.name)' is not a field of \(kind.name)", expression.place, hint: near.map { "did you mean '\($0)'?" })
        }
        var fields: [Column?] = []
        for field in kind.fields {
            if let expression = yield.fields.first(where: { $0.name == field.name }) {
                fields.append(column(expression, field.type, field.isRequired, words))
            } else {
                fields.append(nil)
                if field.isRequired {
                    fail("\(kind.name) needs '\(field.name)', and the source does not map it", yield.place, hint: "it is \(field.description)")
                }
            }
        }
        if at != nil || yield.at == nil { yields.append(YieldPlan(when: when, id: id, at: at, fields: fields)) }
    }

    private mutating func column(
        _ named: NamedExpression, _ type: FieldType, _ isRequired: Bool, _ yield: (kind: String, index: Int), label: String? = nil,
        isCondition: Bool = false
    ) -> Column? {
        do throws(SyntaxError) {
            let syntax = try SyntaxParser.parse(named.text, isXML: source.connector.isXML)
            plan.beginExpression()
            let terms = syntax.terms.map { plan.term($0) }
            var calls: [Expression.Call] = []
            var result = Expression.Result.any
            for call in syntax.calls {
                guard Calls.names.contains(call.name) else { return unknown(call.name, named) }
                if result == .instant, !["exists", "missing", "later"].contains(call.name) {
                    throw SyntaxError("'\(call.name)' cannot take the instant that the function before it yields")
                }
                let (compiled, yielded) = try Calls.compile(call, into: &plan)
                calls.append(compiled)
                result = yielded
            }
            try checkNames(named)
            try TypeRules.check(syntax, result, type)
            try remember(type, yield.index, calls, isCondition: isCondition)
            let words: [Range<Int>] = if case .oneOf(let list) = type { list.map { plan.constant($0) } } else { [] }
            return Column(
                name: label ?? named.name, kind: yield.kind, expression: Expression(terms: terms, calls: calls), type: type,
                isRequired: isRequired, words: words)
        } catch {
            fail("\(error.summary), in '\(named.name): \(named.text)'", named.place)
            return nil
        }
    }

    private mutating func unknown(_ function: String, _ named: NamedExpression) -> Column? {
        let near = nearest(to: function, among: Calls.names)
        fail(
            "'\(function)' is not a function of a mapping", named.place,
            hint: near.map { "did you mean '\($0)'?" } ?? "they are \(Calls.names.joined(separator: ", "))")
        return nil
    }

    /// Columns and text fields are names; only JSON has an inside.
    private mutating func checkNames(_ named: NamedExpression) throws(SyntaxError) {
        guard isFlat else { return }
        for slot in plan.used {
            guard let name = plan.paths[slot].columnName else { throw SyntaxError("a column has no inside for '[…]' to reach into") }
            guard let pattern, !pattern.names.contains(name) else { continue }
            let near = nearest(to: name, among: pattern.names)
            fail("'\(name)' is not a field of the source's text pattern", named.place, hint: near.map { "did you mean '\($0)'?" })
        }
    }

    private mutating func remember(_ type: FieldType, _ yield: Int, _ calls: [Expression.Call], isCondition: Bool) throws(SyntaxError) {
        let isPerson = type == .account || type == .subject
        if plan.usesLine { readsLine = true }
        if !(isCondition ? calls.asksWhetherThereIsOne : calls.keepsAText && type.isFreeText) { lookedInto.formUnion(plan.used) }
        if isPerson, plan.usesLine { throw SyntaxError("'@line' cannot become a pseudonym: name the path that holds the person") }
        if isPerson, calls.contains(where: \.forgetsText) {
            throw SyntaxError("a pseudonym must be made of the value itself, not of what was worked out from it")
        }
        guard !isCondition else { return conditions.formUnion(calls.contains(where: \.readsText) ? plan.used : []) }
        let isExempt = type != .text && !isPerson && !calls.contains(where: \.forgetsText)
        uses += plan.used.map { Use(slot: $0, yield: yield, type: type, isExempt: isExempt) }
    }
    private var conditions: Set<Int> = []

    /// A person's value is stored as a pseudonym, so nothing that is worked out from stored bytes may depend on its text.
    private mutating func checkPeople() {
        let accounts = Set(uses.filter { $0.type == .account }.map(\.slot))
        let subjects = Set(uses.filter { $0.type == .subject }.map(\.slot))
        for slot in accounts.intersection(subjects).sorted() {
            fail("\(shown(slot)) is mapped both as an account and as a subject", source.place)
        }
        for slot in accounts.union(subjects).intersection(conditions).sorted() {
            fail("\(shown(slot)) becomes a pseudonym, so no 'when' can compare its text", source.place, hint: "'exists' and 'missing' can be asked of it")
        }
    }

    private func shown(_ slot: Int) -> String { plan.paths[slot].columnName.map { "'\($0)'" } ?? "a path of \(source.id)" }

    private mutating func fail(_ summary: String, _ place: Place, hint: String? = nil) {
        diagnostics.append(.error(summary, at: place, hint: hint))
    }
}

extension [Expression.Call] {
    fileprivate var asksWhetherThereIsOne: Bool {
        switch first {
        case .exists, .missing: true
        default: false
        }
    }
    /// Of a text that is not blank a text comes, whatever it says.
    fileprivate var keepsAText: Bool {
        allSatisfy {
            switch $0 {
            case .lower, .upper, .trim: true
            default: false
            }
        }
    }
}

extension FieldType {
    /// Its column takes any text.
    fileprivate var isFreeText: Bool {
        switch self {
        case .text, .id, .account, .subject: true
        default: false
        }
    }
}

extension Expression.Call {
    /// What it yields does not show what stood there.
    fileprivate var forgetsText: Bool {
        switch self {
        case .hash, .part, .isIn, .equals, .matches, .exists, .missing, .not, .count, .outcome, .map: true
        case .time, .later, .lower, .upper, .trim, .join, .number, .integer, .boolean, .add, .scale: false
        }
    }
    fileprivate var readsText: Bool {
        switch self {
        case .exists, .missing, .not, .count: false
        default: true
        }
    }
}
