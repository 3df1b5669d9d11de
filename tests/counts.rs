//! How often a verification asks for memory, beside what was recorded: exactly, whatever the machine.
//!
//! Instructions are counted by `cargo bench --all-features --bench counts`, which needs an optimised build.

#[path = "../benches/counts/cases.rs"]
mod cases;
#[path = "../benches/counts/recorded.rs"]
mod recorded;

#[test]
fn every_call_allocates_as_often_as_was_recorded() {
    let mut said = String::new();
    for (name, make) in cases::ALL {
        let run = make();
        // What is made once, at the first call: prepared headers, drawn ids.
        (0..3).for_each(|_| run());
        let counted = allocation_counter::measure(|| (0..10).for_each(|_| run())).count_total;
        let known = recorded::of(name).map(|(allocations, _)| 10 * allocations);
        if known != Some(counted) {
            said.push_str(&format!("{name}: {counted} in ten calls, recorded {known:?}\n"));
        }
    }
    assert!(said.is_empty(), "benches/counts/recorded.txt says otherwise:\n{said}");
}
