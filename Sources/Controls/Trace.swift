import Evidence

/// What somebody asks of one thing (a request, a prompt, a person), answered from records: one file under `controls/traces/`.
package struct Trace: Hashable, Sendable {
    /// `request`: what the thing is.
    package let name: String
    package let title: String
    /// The question, as somebody would ask it.
    package let asks: String
    /// What the thing is named by. Never empty; all but the first may be left out.
    package let takes: [Input]
    /// In the order in which they are told. Never empty; the first that finds a record says when the thing was.
    package let steps: [Step]
    /// Whose items are told with it.
    package let tests: [Test]
    package let place: Place

    package struct Input: Hashable, Sendable {
        /// The column of the table `asked` that a step's SQL finds it in.
        package let name: String
        package let says: String
        /// Nil where it names nobody.
        package let person: Person?
    }

    /// Looked for by their pseudonym, never by what was typed.
    package enum Person: String, Sendable, CaseIterable { case customer, staff }

    /// The records of one kind that belong to the thing.
    package struct Step: Hashable, Sendable {
        package let name: String
        package let says: String
        package let kind: KindName
        package let span: Span
        /// What earlier steps must have told for its records to be found at all.
        package let by: [Reference]
        /// Fields of its own kind that its records are found by. A record that holds none of them may be the thing's and is not found.
        package let knownBy: [String]
        /// Fields without which the answer is not whole, in the kind's order.
        package let needed: [String]
        /// One SELECT that gives the column `artifact`.
        package let query: Expression
    }

    /// A field of an earlier step's kind.
    package struct Reference: Hashable, Sendable {
        package let step: String
        package let field: String
    }

    /// Over which time the step's kind has to be covered for an absence to mean anything.
    package enum Span: Hashable, Sendable {
        /// The whole of the periods that are asked, as far as they are over, and of the time in which the thing was told of.
        case period
        /// From when the thing was first told of until it was last told of, and so much before or after.
        case told(before: Duration, after: Duration)
    }

    package struct Test: Hashable, Sendable {
        package let control: ControlID
        package let items: Items
        package let place: Place
    }
    package enum Items: Hashable, Sendable {
        /// Those that name a record of this step as evidence.
        case restingOn(step: String)
        /// Those whose key names a local day on which the thing was told of.
        case ofItsDays
    }
}
