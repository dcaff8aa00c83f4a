import Evidence

/// The operations console's web log in the combined format, a file a local day, in local time with its offset.
struct AdminLog: Sendable {
    let prompts: Prompts
    let models: Models
    let seed: UInt64
    let calendar: DemoCalendar

    /// The disk was full for a moment: the line stops in the middle.
    static let torn = DemoCalendar.date(4, 21)

    private struct Act {
        let at: Instant
        let user: String
        let method: String
        let path: String
    }

    func feed() -> Feed {
        let acts = Dictionary(grouping: privileged) { calendar.zone.day(of: $0.at) }
        let days = acts.mapValues { list in list.map { ($0.at, line($0)) } }
        return Feed.daily(AdminLog.entry, path: "evidence/console/console-{date}.log") { day in
            let lines = ((days[day] ?? []) + everyday(day)).sorted { $0.0 < $1.0 }.map(\.1)
            var text = lines.joined(separator: "\n") + "\n"
            if day == AdminLog.torn { text += "203.0.113.24 - fay.owens [21/Apr/2026:17:40:0\n" }
            return Array(text.utf8)
        }
    }

    /// Each privileged act of the other stories leaves its line here.
    private var privileged: [Act] {
        var acts = prompts.versions.map { Act(at: $0.authored, user: $0.author.account, method: "PUT", path: "/console/prompts/edit") }
        for version in prompts.versions {
            guard let approval = version.approval, approval.account != "merge-queue-2", approval.account != version.author.gitAccount
            else { continue }
            acts.append(Act(at: approval.at, user: approval.account, method: "POST", path: "/console/changes/approve"))
        }
        acts += prompts.activations.map { Act(at: $0.from.plus(seconds: -50), user: $0.deployer.account, method: "POST", path: "/console/deployments") }
        for release in models.releases {
            acts.append(Act(at: release.approved, user: release.approver.account, method: "POST", path: "/console/changes/approve"))
            acts.append(Act(at: release.deployed.plus(seconds: -50), user: Staff.ivo.account, method: "POST", path: "/console/deployments"))
        }
        acts += KeyStore.rotations(calendar).map { Act(at: $0.at.plus(seconds: -20), user: Staff.june.account, method: "POST", path: "/console/keys/rotate") }
        // Somebody who was never given the right deploys: the console let them.
        acts.append(Act(at: AdminLog.unauthorised(calendar), user: Staff.emil.account, method: "POST", path: "/console/deployments"))
        return acts.filter { $0.at >= calendar.at(calendar.first, 0) }
    }
    static func unauthorised(_ calendar: DemoCalendar) -> Instant { calendar.at(3, 24, 18, 47, 12) }

    private func everyday(_ day: Day) -> [(Instant, String)] {
        var random = Random(seed: seed, "console", day.daysSinceEpoch)
        let number = DemoCalendar.isBusinessDay(day) ? 6 + random.below(8) : 1 + random.below(2)
        return (0..<number).map { i in
            let at = calendar.at(day, 8 + i * 10 / number, random.below(60), random.below(60))
            return (at, line(Act(at: at, user: random.pick(Staff.everyone).account, method: "GET", path: "/console/overview")))
        }
    }

    private func line(_ act: Act) -> String {
        let offset = calendar.zone.offset(at: act.at)
        let (day, second, _) = act.at.plus(seconds: offset).split()
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let time = "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2)) +\(padded(offset / 3600, 2))00"
        let host = 10 + act.user.utf8.reduce(0) { ($0 * 31 + Int($1)) % 200 }
        return "203.0.113.\(host) - \(act.user) [\(padded(day.day, 2))/\(months[day.month - 1])/\(day.year):\(time)] "
            + "\"\(act.method) \(act.path) HTTP/1.1\" 200 \(400 + host * 3) \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\""
    }

    private static let entry = """
          - id: console
            title: Operations console's access log
            owner: platform
            connector: files
            path: evidence/console/*.log
            format: text
            pattern: '{address} - {user} [{time}] "{method} {path} {protocol}" {status} {bytes} "{referer}" "{agent}"'
            personal_data: redact
            covers: {by: daily_files, name: 'console-{date}.log'}
            yields:
              - kind: access_log
                at: time | time('%d/%b/%Y:%H:%M:%S %z')
                fields:
                  actor: user
                  action: method
                  resource: path
                  privilege: >-
                    path | map('/console/deployments'='deploy_model', '/console/prompts/edit'='edit_prompt',
                    '/console/changes/approve'='approve_change', '/console/keys/rotate'='manage_key', *='')
                  outcome: status | outcome('200-399')
                  read_only: method | equals('GET')
                  address: address

        """
}
