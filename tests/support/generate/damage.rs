//! Random policies that are valid, from a seed. In: a seed. Out: a policy in KDL; the same seed gives the same text.

use std::fmt::Write as _;

/// A generator of numbers (SplitMix64): small, and the same on every machine.
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }

    /// True once in `of` times.
    pub fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    /// One of several.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// Measures that every release here may use: name, declaration; whether a watch may name it.
const CHECKS: &[(&str, &str, bool)] = &[
    ("availability", r#"slo "availability" min="99.5%" { success-ratio window="5m" }"#, true),
    ("latency", r#"slo "latency" max="300ms" failure-limit=2 { latency percentile=99 window="2m" }"#, true),
    ("fast", r#"slo "fast" min="95%" on-fail="pause" { latency under="250ms" window="5m" }"#, true),
    ("restarts", r#"check "restarts" max=0 no-data="pass" { restarts window="10m" }"#, true),
    ("rate", r#"check "rate" min="1/s" no-data="abort" { request-rate window="5m" }"#, true),
    ("lag", r##"check "lag" max=10 interval="30s" { query #"max(lag{hash="{{canary-hash}}"})"# window="3m" }"##, true),
    (
        "smoke",
        r#"check "smoke" equals="ok" { web url="https://shop.example.com/{{release}}" json="{$.status}" }"#,
        true,
    ),
    (
        "measured",
        r#"check "measured" equals=1 on-fail="ignore" { web url="https://shop.example.com/" json="{$.n}" }"#,
        true,
    ),
    (
        "approved",
        r#"check "approved" equals="open" on-fail="wait" timeout="2h" { web url="https://gates.example.com/" json="{$.gate}" }"#,
        false,
    ),
    ("suite", r#"check "suite" { job image="bats/bats:1.11" timeout="3m" { args "/tests" } }"#, false),
    (
        "steady",
        r#"check "steady" equals="ok" success-limit=3 { web url="https://shop.example.com/" json="{$.status}" }"#,
        false,
    ),
];

/// A policy.
pub fn policy(seed: u64) -> String {
    let random = &mut Random::new(seed);
    let router = !random.one_in(4);
    let replicas = if router { 1 + random.below(40) } else { 20 * (1 + random.below(3)) };
    let mut text = String::from(
        "provider \"main\" { prometheus address=\"http://prometheus:9090\" telemetry=\"istio\" scrape=\"15s\" }\n",
    );
    let checks: Vec<&(&str, &str, bool)> = CHECKS
        .iter()
        .filter(|(name, ..)| router || !matches!(*name, "availability" | "latency" | "fast" | "rate"))
        .collect();
    text.push_str("release \"shop\" namespace=\"shop\" {\n");
    let bake = random.one_in(2);
    if bake {
        text.push_str("    param \"bake\" type=\"duration\" default=\"7m\"\n");
    }
    writeln!(text, "    workload replicas={replicas} {{ selector app=\"shop\" }}").unwrap();
    let audiences = if router { routed(random, &mut text) } else { Vec::new() };
    let mut used: Vec<&str> = Vec::new();
    let mut stages = String::new();
    let mut weight = 0;
    let mut admitted = 0;
    let count = 1 + random.below(5);
    for number in 0..count {
        let mut stage = format!("    stage \"s{number}\"");
        let admits = admitted < audiences.len() && random.one_in(2);
        if admits {
            write!(stage, " audience=\"{}\"", audiences[admitted]).unwrap();
            admitted += 1;
        }
        if weight < 90 && (number + 1 == count || !admits || random.one_in(3)) {
            weight += 10 * (1 + random.below((90 - weight) / 10));
            write!(stage, " weight=\"{weight}%\"").unwrap();
        }
        let pause = random.pick(&["30s", "5m", "10m", "1h30m", "1d"]);
        if bake && random.one_in(3) {
            stage.push_str(" pause=\"{{bake}}\"");
        } else {
            write!(stage, " pause=\"{pause}\"").unwrap();
        }
        if random.one_in(5) {
            stage.push_str(" promote=\"manual\"");
        }
        let mut gates = String::new();
        for at in ["end", "start"] {
            if random.one_in(4) {
                let (name, ..) = checks[random.below(checks.len())];
                used.push(name);
                write!(gates, " gate \"{name}\" at=\"{at}\";").unwrap();
            }
        }
        if !gates.is_empty() {
            write!(stage, " {{{gates} }}").unwrap();
        }
        stages.push_str(&stage);
        stages.push('\n');
    }
    if weight > 0 && random.one_in(2) {
        let watchable: Vec<&str> = checks.iter().filter(|(.., watch)| *watch).map(|(name, ..)| *name).collect();
        let first = random.below(watchable.len());
        let mut names = vec![watchable[first]];
        names.extend(watchable.get(first + 1).filter(|_| random.one_in(2)));
        used.extend(&names);
        let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        writeln!(stages, "    watch {}", names.join(" ")).unwrap();
    }
    for (name, declaration, _) in checks {
        if used.contains(name) {
            writeln!(text, "    {declaration}").unwrap();
        }
    }
    text.push_str(&stages);
    settings(random, &mut text, router);
    text.push_str("}\n");
    text
}

/// Service, route, router and audiences; the names of those that stages may admit.
fn routed(random: &mut Random, text: &mut String) -> Vec<&'static str> {
    let port = random.pick(&["port 80 target=8080", "port 80 target=\"http\" app-protocol=\"http\"", "port 9898"]);
    writeln!(text, "    service {{ {port} }}").unwrap();
    text.push_str(random.pick(&[
        "    route host=\"shop.example.com\"\n",
        "    route host=\"shop.example.com\" path=\"/cart\"\n",
        "    route host=\"shop.example.com\"; route \"shop-eu\" host=\"eu.example.com\" path=\"/eu\" match=\"exact\"\n",
    ]));
    text.push_str("    router { gateway-api \"infra/public\" }\n");
    let staged = [
        ("staff", "audience \"staff\" share=\"1%\" { header \"X-Staff\" exact=\"yes\" }"),
        ("beta", "audience \"beta\" share=\"5%\" { header \"X-Beta\" regex=\"on|true\" }"),
        ("box", "audience \"box\" share=\"2%\" { cookie \"preview\" exact=\"on\" }"),
    ];
    let count = random.below(4);
    for (_, declaration) in &staged[..count] {
        writeln!(text, "    {declaration}").unwrap();
    }
    if random.one_in(3) {
        text.push_str("    audience \"partners\" pinned=\"stable\" host=\"partners.example.com\"\n");
    }
    if random.one_in(3) {
        text.push_str("    audience \"preview\" pinned=\"canary\" share=\"3%\" host=\"preview.example.com\"\n");
    }
    staged[..count].iter().map(|(name, _)| *name).collect()
}

fn settings(random: &mut Random, text: &mut String, router: bool) {
    if random.one_in(3) {
        let surge = random.pick(&["\"25%\"", "1", "\"50%\""]);
        // Without a router the surge decides what pods there can be.
        let surge = if router { format!(" max-surge={surge}") } else { String::new() };
        writeln!(text, "    rollout min-ready=\"10s\" progress-deadline=\"15m\" rollback-window=3{surge}").unwrap();
    }
    if random.one_in(3) {
        text.push_str("    notify on=\"aborted\" via=\"slack\" to=\"releases\"\n");
    }
    if random.one_in(3) {
        text.push_str("    labels team=\"payments\"\n    annotations \"example.com/owner\"=\"shop\"\n");
    }
}

/// Damage: some bytes of a text deleted, doubled, exchanged or replaced by what people mistype.
pub fn damaged(text: &str, seed: u64) -> String {
    let random = &mut Random::new(seed);
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(characters.len());
        match random.below(6) {
            0 => drop(characters.remove(at)),
            1 => characters.insert(at, characters[at]),
            2 => {
                let other = random.below(characters.len());
                characters.swap(at, other);
            }
            3 => {
                let typed = random.pick(&[
                    "{", "}", "\"", "=", "\n", " ", "#", "/-", "{{", "\\", "%", "0", "é", "\t", "\u{feff}", "-",
                ]);
                characters.splice(at..at, typed.chars());
            }
            4 => {
                let end = (at + random.below(40)).min(characters.len());
                characters.drain(at..end);
            }
            _ => {
                let end = (at + random.below(40)).min(characters.len());
                let part: Vec<char> = characters[at..end].to_vec();
                let to = random.below(characters.len());
                characters.splice(to..to, part);
            }
        }
        if characters.is_empty() {
            break;
        }
    }
    characters.into_iter().collect()
}
