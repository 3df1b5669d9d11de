//! The same cases by criterion: one group for each algorithm.

use criterion::{Criterion, criterion_group, criterion_main};
use waxseal_bench_peers::cases;

fn peers(c: &mut Criterion) {
    let (groups, _) = cases::all();
    for group in &groups {
        let mut measured = c.benchmark_group(group.column.name());
        for case in &group.cases {
            let name = format!("{}/{}", group.operation.name(), case.name);
            measured.bench_function(name, |b| b.iter(|| (case.run)()));
        }
        measured.finish();
    }
}

criterion_group!(benches, peers);
criterion_main!(benches);
