import Evidence

/// A rule that the organisation says it follows, and how management tests it: one file under `controls/<category>/`.
package struct Control: Hashable, Sendable {
    package let id: ControlID
    package let title: String
    package let category: Category
    /// Sorted. At least one.
    package let criteria: [CriterionID]
    package let owner: String
    package let frequency: String
    /// Day of the 30-60-90 plan by which it should operate: 30, 60 or 90.
    package let milestone: Int
    /// First local day on which this wording is in force.
    package let effectiveFrom: Day
    package let risk: String
    /// Who, what, how, when, where: management's test procedure in words.
    package let procedure: String
    package let population: Population
    /// Sorted by letter.
    package let attributes: [Attribute]
    /// FALSE: the item is not applicable. NULL: insufficient.
    package let applies: Expression?
    /// A column of the population that holds when the item falls due; after as-of it is not yet due.
    package let due: String?
    /// Share of deviations printed beside the verdict; it never changes one. 0...1
    package let tolerable: Double
    /// Nil where they were left unread.
    package let examples: [Example]?
    /// What it contributes to elsewhere: ids by framework, each in the order of the framework. Never a claim that one of them is met.
    package let maps: [Framework: [String]]
    /// The file, verbatim.
    package let text: [UInt8]
    package let place: Place

    package init(
        id: ControlID, title: String, category: Category, criteria: [CriterionID], owner: String, frequency: String, milestone: Int,
        effectiveFrom: Day, risk: String, procedure: String, population: Population, attributes: [Attribute], applies: Expression?,
        due: String?, tolerable: Double, examples: [Example]?, maps: [Framework: [String]] = [:], text: [UInt8], place: Place
    ) {
        self.id = id
        self.title = title
        self.category = category
        self.criteria = criteria
        self.owner = owner
        self.frequency = frequency
        self.milestone = milestone
        self.effectiveFrom = effectiveFrom
        self.risk = risk
        self.procedure = procedure
        self.population = population
        self.attributes = attributes
        self.applies = applies
        self.due = due
        self.tolerable = tolerable
        self.examples = examples
        self.maps = maps
        self.text = text
        self.place = place
    }
}

extension Control {
    /// The same control but for what is named.
    package func with(
        id: ControlID? = nil, query: Expression? = nil, attributes: [Attribute]? = nil, applies: Expression? = nil, examples: [Example]? = nil
    ) -> Control {
        let population = Population(
            item: population.item, key: population.key, at: population.at, complete: population.complete, needs: population.needs,
            query: query ?? population.query)
        return Control(
            id: id ?? self.id, title: title, category: category, criteria: criteria, owner: owner, frequency: frequency, milestone: milestone,
            effectiveFrom: effectiveFrom, risk: risk, procedure: procedure, population: population, attributes: attributes ?? self.attributes,
            applies: applies ?? self.applies, due: due, tolerable: tolerable, examples: examples ?? self.examples, maps: maps, text: text, place: place)
    }
}

/// SQL as written, and where.
package struct Expression: Hashable, Sendable {
    package let sql: String
    package let place: Place
    package init(sql: String, place: Place) {
        self.sql = sql
        self.place = place
    }
}

package struct Population: Hashable, Sendable {
    /// What one item is, in words: `prompt version`.
    package let item: String
    /// Columns that name an item. Together unique and never NULL.
    package let key: [String]
    /// The instant column that decides period and control window.
    package let at: String
    /// Kinds whose coverage over the whole control window makes the population complete. Empty only where the items come from the calendar alone.
    package let complete: [KindName]
    /// For each kind that the test reads: the span, per item, over which it must be covered.
    package let needs: [Need]
    package let query: Expression
    package init(item: String, key: [String], at: String, complete: [KindName], needs: [Need], query: Expression) {
        self.item = item
        self.key = key
        self.at = at
        self.complete = complete
        self.needs = needs
        self.query = query
    }
}

package struct Need: Hashable, Sendable {
    package let kind: KindName
    package let span: NeedSpan
    package let place: Place
    package init(kind: KindName, span: NeedSpan, place: Place) {
        self.kind = kind
        self.span = span
        self.place = place
    }
}

package enum NeedSpan: Hashable, Sendable {
    /// The item's own `at`.
    case at
    case before(Duration)
    case after(Duration)
    case around(Duration)
    /// From one instant column to another, the second excluded.
    case columns(from: String, to: String)
}

/// One yes/no question asked of every item. TRUE operated, FALSE deviation, NULL insufficient evidence.
package struct Attribute: Hashable, Sendable {
    package let letter: String
    package let says: String
    package let test: Expression
    package init(letter: String, says: String, test: Expression) {
        self.letter = letter
        self.says = says
        self.test = test
    }
}

/// A worked case that the control carries with it: rows in, verdicts out.
package struct Example: Hashable, Sendable {
    package let name: String
    /// Kind to rows; a row maps field to scalar text as YAML wrote it (nil for null).
    package let given: [KindName: [ExampleRow]]
    /// Spans that are covered; nil: every kind over all time.
    package let covered: [KindName: [Window]]?
    /// Spans that a kind's source had shown whole by an earlier reading, without these rows.
    package let shown: [KindName: [Window]]
    /// The period it runs in, when the control needs a calendar.
    package let period: Window?
    /// Item key, joined by blanks, to letter to verdict.
    package let expect: [String: [String: ItemVerdict]]
    /// Item key to column to what pages show of it, nil for nothing. A column of evidence names a row of `given`: `incident 2` is the second incident.
    package let shows: [String: [String: String?]]
    package let place: Place
    package init(
        name: String, given: [KindName: [ExampleRow]], covered: [KindName: [Window]]?, shown: [KindName: [Window]] = [:], period: Window?,
        expect: [String: [String: ItemVerdict]], shows: [String: [String: String?]] = [:], place: Place
    ) {
        self.name = name
        self.given = given
        self.covered = covered
        self.shown = shown
        self.period = period
        self.expect = expect
        self.shows = shows
        self.place = place
    }
}

package struct ExampleRow: Hashable, Sendable {
    package let values: [String: String?]
    package let place: Place
    package init(values: [String: String?], place: Place) {
        self.values = values
        self.place = place
    }
}
