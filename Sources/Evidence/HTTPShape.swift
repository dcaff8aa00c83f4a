/// What becomes of the records of an answer before they are stored, and what is asked for each of them.
package struct HTTPShape: Hashable, Sendable {
    /// One record stands at `records`, and no array of them; without `records` it is the answer itself.
    package var isSingle = false
    /// The server leaves out an array that would be empty, as writers of protocol buffers do.
    package var omitsEmpty = false
    /// Each element of the array at this path of a record is a record of its own, in which it stands in the array's place.
    package var unwind: String?
    /// Paths of a record that are stored; empty: all of it.
    package var keep: [String] = []
    package var newestFirst: NewestFirst?
    /// A member that each record gets: when it was read. For what a server shows as it is now, without a time.
    package var stamp: String?
    /// The name under which a record stands beside what was asked for it.
    package var name: String?
    /// What is asked for each record, one after the other: the second for each record of the first.
    package var each: [HTTPLookup] = []
    /// Statuses by which the server says that there is none; read of a lookup only.
    package var absent: [Int] = []

    package init() {}

    /// Whether records are stored in another form than they came in.
    package var isRendered: Bool { unwind != nil || !keep.isEmpty || stamp != nil || !each.isEmpty }

    /// A list without a filter by time, the newest first: it is read until it reaches back before the window.
    package struct NewestFirst: Hashable, Sendable {
        /// The path of the time that the server sorts by.
        package let by: String
        /// The path of the time that a record is taken by; one without it, or outside of the window, is left.
        package let take: String
        package init(by: String, take: String) {
            self.by = by
            self.take = take
        }
    }
}

/// What is asked for one record. Its URL, query and body may name members of the records so far: `{pull.number}`.
package struct HTTPLookup: Hashable, Sendable {
    /// The name under which its records stand.
    package let name: String
    /// The URL may begin with `{url}`, the source's own. Authorization, form of the answers, limits and patience are the source's.
    package let request: HTTPSettings
    /// Asked only where each of these paths has one of these texts; `*` is any.
    package let only: [Condition]
    package init(name: String, request: HTTPSettings, only: [Condition]) {
        self.name = name
        self.request = request
        self.only = only
    }

    package struct Condition: Hashable, Sendable {
        package let path: String
        package let texts: [String]
        package init(path: String, texts: [String]) {
            self.path = path
            self.texts = texts
        }
    }
}
