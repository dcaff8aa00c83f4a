import Evidence

/// Turns a page's template, its layout and its partials into one flat program, checked against the page's shape.
///
/// Everything that can be wrong is found here: unknown names, missing partials, unbalanced tags, values at places where no escaping is safe.
struct TemplateCompiler {
    let files: [String: [UInt8]]
    /// Put before file names in diagnostics.
    let folder: String
    private(set) var template = Template()
    private(set) var problems: [Diagnostic] = []
    private var scopes: [Scope] = []
    private var state = MarkupState.text
    private var open: [Block] = []
    private var including: [String] = []
    private var content: (tokens: ArraySlice<TemplateToken>, bytes: [UInt8], file: String)?

    private struct Scope {
        /// Empty for the page itself.
        let name: String
        let shape: Shape
    }
    private struct Block {
        enum Kind { case loop(start: Int), condition(hasElse: Bool) }
        var kind: Kind
        /// Where to write the address of the end.
        var pending: [Int]
        let state: MarkupState
        let place: Place
    }

    init(files: [String: [UInt8]], folder: String) {
        self.files = files
        self.folder = folder
    }

    mutating func compile(_ file: String, _ shape: Shape) {
        guard files[file] != nil else {
            problems.append(missing(file, at: nil))
            return
        }
        scopes = [Scope(name: "", shape: shape)]
        include(file)
        if state != .text { problems.append(.error("the page ends inside \(state.description)", at: Place(file: folder + file))) }
    }

    private mutating func include(_ file: String) {
        guard let bytes = files[file] else { return }
        let lexer = TemplateLexer(bytes, file: folder + file)
        problems += lexer.problems
        var tokens = lexer.tokens[...]
        while let first = tokens.first, first.kind == .text, bytes[first.range].allSatisfy({ $0 == 10 || $0 == 32 }) { tokens.removeFirst() }
        if case .tag(let words) = tokens.first?.kind, words.first == "layout", let token = tokens.popFirst() {
            let place = Place(file: folder + file, line: token.line)
            guard words.count == 2, files[words[1]] != nil else {
                problems.append(words.count == 2 ? missing(words[1], at: place) : .error("expected '{% layout file.html %}'", at: place))
                return
            }
            content = (tokens, bytes, file)
            include(words[1])
        } else {
            compile(tokens, bytes, file)
        }
    }

    private mutating func compile(_ tokens: ArraySlice<TemplateToken>, _ bytes: [UInt8], _ file: String) {
        guard including.count < 16, !including.contains(file) else {
            problems.append(.error("'\(file)' includes itself", at: Place(file: folder + file)))
            return
        }
        including.append(file)
        let outside = open.count
        for token in tokens {
            let place = Place(file: folder + file, line: token.line)
            switch token.kind {
            case .text: literal(bytes[token.range])
            case .value(let name): value(name, place)
            case .tag(let words): tag(words, place, outside)
            }
        }
        while open.count > outside, let block = open.popLast() {
            problems.append(.error("this block has no '{% end %}'", at: block.place))
        }
        including.removeLast()
    }

    private mutating func literal(_ bytes: ArraySlice<UInt8>) {
        state.consume(bytes)
        let start = template.literals.count
        template.literals += bytes
        emit(.literal, depth: 0, a: start, b: bytes.count)
    }

    private mutating func value(_ name: String, _ place: Place) {
        guard let (depth, field, type) = look(name, place) else { return }
        guard case .text = type else {
            problems.append(
                .error(
                    "'\(name)' is a \(isList(type) ? "list" : "flag"), not text", at: place,
                    hint: isList(type) ? "write '{% for row in \(name) %}'" : "write '{% if \(name) %}'"))
            return
        }
        switch state.slot {
        case .text: emit(.text, depth: depth, a: field)
        case .link: emit(.link, depth: depth, a: field)
        case .startOfLink: emit(.startOfLink, depth: depth, a: field)
        case nil:
            problems.append(
                .error(
                    "a value cannot stand in \(state.description)", at: place,
                    hint: "values may stand in text and in quoted attributes other than style, event handlers and the like"))
        }
        state.passedValue()
    }

    private mutating func tag(_ words: [String], _ place: Place, _ outside: Int) {
        switch words.first {
        case "for" where words.count == 4 && words[2] == "in": loop(words[1], words[3], place)
        case "if" where words.count == 2: condition(words[1], .jumpIfEmpty, place)
        case "if" where words.count == 3 && words[1] == "not": condition(words[2], .jumpUnlessEmpty, place)
        case "else" where words.count == 1 && open.count > outside: otherwise(place)
        case "end" where words.count == 1 && open.count > outside: end(place)
        case "include" where words.count == 2:
            if files[words[1]] == nil { problems.append(missing(words[1], at: place)) } else { include(words[1]) }
        case "content" where words.count == 1 && content != nil:
            if let (tokens, bytes, file) = content {
                content = nil
                compile(tokens, bytes, file)
            }
        default:
            problems.append(
                .error(
                    "'{% \(words.joined(separator: " ")) %}' is not a tag that can stand here", at: place,
                    hint: "tags are: for x in list, if name, if not name, else, end, include file, layout file, content"))
        }
    }

    private mutating func loop(_ variable: String, _ list: String, _ place: Place) {
        guard let (depth, field, type) = look(list, place), case .list(let shape) = type else {
            if let (_, _, type) = lookQuietly(list), !isList(type) { problems.append(.error("'\(list)' is not a list", at: place)) }
            // Keeps the block balanced; the name inside is then unknown too, and said so.
            open.append(Block(kind: .condition(hasElse: false), pending: [], state: state, place: place))
            return
        }
        guard scopes.count < Template.deepest else {
            problems.append(.error("loops are nested deeper than \(Template.deepest)", at: place))
            return
        }
        emit(.enter, depth: depth, target: scopes.count, a: field)
        open.append(Block(kind: .loop(start: template.code.count), pending: [template.code.count - 1], state: state, place: place))
        scopes.append(Scope(name: variable, shape: shape))
    }

    private mutating func condition(_ name: String, _ operation: Template.Operation, _ place: Place) {
        var pending: [Int] = []
        if let (depth, field, _) = look(name, place) {
            pending = [template.code.count]
            emit(operation, depth: depth, a: field)
        }
        open.append(Block(kind: .condition(hasElse: false), pending: pending, state: state, place: place))
    }

    private mutating func otherwise(_ place: Place) {
        guard var block = open.popLast(), case .condition(false) = block.kind else {
            problems.append(.error("this '{% else %}' belongs to no '{% if %}'", at: place))
            return
        }
        emit(.jump, depth: 0, a: 0)
        settle(block.pending)
        block.pending = [template.code.count - 1]
        block.kind = .condition(hasElse: true)
        checkState(block, place)
        state = block.state
        open.append(block)
    }

    private mutating func end(_ place: Place) {
        guard let block = open.popLast() else { return }
        if case .loop(let start) = block.kind {
            emit(.next, depth: scopes.count - 1, a: 0, b: start)
            scopes.removeLast()
        }
        settle(block.pending)
        checkState(block, place)
    }

    /// A branch that ended elsewhere in the markup than the other would make the escaping depend on the data.
    private mutating func checkState(_ block: Block, _ place: Place) {
        if state != block.state {
            problems.append(.error("the block that begins at \(block.place) starts in \(block.state.description) and ends in \(state.description)", at: place))
        }
    }

    private mutating func settle(_ pending: [Int]) {
        for index in pending { template.code[index].b = Int32(template.code.count) }
    }

    private mutating func emit(_ operation: Template.Operation, depth: Int, target: Int = 0, a: Int, b: Int = 0) {
        template.code.append(
            Template.Instruction(operation: operation, depth: UInt8(depth), target: UInt8(target), a: Int32(a), b: Int32(b)))
    }

    private func lookQuietly(_ name: String) -> (depth: Int, field: Int, type: Shape.FieldType)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let scope = parts.count == 2 ? scopes.lastIndex { $0.name == parts[0] } : 0
        guard parts.count <= 2, let depth = scope, let field = scopes[depth].shape.index(of: parts[parts.count - 1]) else { return nil }
        return (depth, field, scopes[depth].shape.types[field])
    }

    private mutating func look(_ name: String, _ place: Place) -> (depth: Int, field: Int, type: Shape.FieldType)? {
        if let found = lookQuietly(name) { return found }
        let known = scopes.flatMap { scope in scope.shape.names.map { scope.name.isEmpty ? $0 : scope.name + "." + $0 } }
        problems.append(
            .error(
                "'\(name)' is not a name of \(scopes[0].shape.name)", at: place,
                hint: nearest(to: name, among: known).map { "did you mean '\($0)'?" } ?? "names here: \(known.sorted().joined(separator: ", "))"))
        return nil
    }

    private func missing(_ file: String, at place: Place?) -> Diagnostic {
        .error(
            "the template '\(file)' is missing", at: place ?? Place(file: folder + file),
            hint: nearest(to: file, among: files.keys.sorted()).map { "did you mean '\($0)'?" } ?? "copy it from the templates that came with receipts")
    }

    private func isList(_ type: Shape.FieldType) -> Bool {
        if case .list = type { return true }
        return false
    }
}
