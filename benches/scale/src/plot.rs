//! Lines over a logarithmic axis, as SVG.

use std::path::Path;

use plotters::prelude::*;

/// One line of a plot.
pub struct Line {
    name: &'static str,
    points: Vec<(f64, f64)>,
}

impl Line {
    pub fn new(name: &'static str, points: Vec<(f64, f64)>) -> Self {
        Self { name, points }
    }
}

const COLOURS: [RGBColor; 3] = [RGBColor(0, 90, 181), RGBColor(220, 50, 32), RGBColor(90, 90, 90)];

/// Draws `lines` into the file `path`.
pub fn draw(path: &Path, title: &str, across: &str, up: &str, lines: &[Line]) {
    let points = || lines.iter().flat_map(|line| &line.points);
    let most = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(f64::MIN, f64::max);
    let least = points().map(|point| point.0).fold(f64::MAX, f64::min);
    let root = SVGBackend::new(path, (640, 400)).into_drawing_area();
    root.fill(&WHITE).expect("drawn");
    let mut chart = ChartBuilder::on(&root)
        .caption(title, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d((least..most(|it| it.0)).log_scale(), 0.0..most(|it| it.1) * 1.1)
        .expect("axes");
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc(across)
        .y_desc(up)
        .x_label_formatter(&|count| thousands(*count))
        .y_label_formatter(&|figure| format!("{figure:.0}"))
        .draw()
        .expect("drawn");
    for (line, colour) in lines.iter().zip(COLOURS) {
        chart
            .draw_series(LineSeries::new(line.points.clone(), colour.stroke_width(2)))
            .expect("drawn")
            .label(line.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)));
        let dots = line.points.iter().map(|point| Circle::new(*point, 3, colour.filled()));
        chart.draw_series(dots).expect("drawn");
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::MiddleLeft)
        .background_style(WHITE)
        .border_style(BLACK)
        .draw()
        .expect("drawn");
    root.present().expect("written");
}

fn thousands(count: f64) -> String {
    match count {
        count if count >= 1e6 => format!("{} M", (count / 1e6).round()),
        count if count >= 1e3 => format!("{} k", (count / 1e3).round()),
        count => format!("{}", count.round()),
    }
}
