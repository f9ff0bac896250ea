//! How a path is shared: which layer each video of a subscriber may have, within a budget.
//!
//! Pure arithmetic. Everybody's lowest layer comes before anybody's second one; then the more
//! important are raised first, the equally important in turns. Only when not even the lowest layers
//! fit are the least important left out.

mod sharing;

use std::cmp::Reverse;

use crate::ingress::{LayerGrid, LayerPoint};
use crate::limits::{SPATIAL_LAYERS, TEMPORAL_LAYERS};

pub use sharing::Sharing;

/// One step of a video: a layer and what sending it costs, in bits a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub point: LayerPoint,
    pub bits: u64,
}

/// A video that wants its share.
#[derive(Clone, Debug, Default)]
pub struct Demand {
    /// Larger is served first.
    pub importance: u32,
    /// From the cheapest up, never empty of cost: what it can be given.
    pub steps: Vec<Step>,
}

/// The steps of a video up to a wish: fewer frames of its lowest layer, that layer whole, and the
/// whole of each layer above it.
pub fn steps(rates: &LayerGrid, ceiling: LayerPoint) -> Vec<Step> {
    let top = usize::from(ceiling.temporal).min(TEMPORAL_LAYERS - 1);
    let mut steps: Vec<Step> = Vec::new();
    let mut push = |spatial: usize, temporal: usize, bits: u64| {
        if steps.last().is_none_or(|last| bits > last.bits) && bits > 0 {
            let point = LayerPoint {
                spatial: spatial as u8,
                temporal: temporal as u8,
            };
            steps.push(Step { point, bits });
        }
    };
    let mut lowest = true;
    for (spatial, row) in rates.iter().enumerate().take(SPATIAL_LAYERS) {
        let beyond = spatial > usize::from(ceiling.spatial);
        if row[top] == 0 || (beyond && !lowest) {
            continue;
        }
        for (temporal, bits) in row.iter().enumerate().take(top) {
            if lowest && *bits < row[top] {
                push(spatial, temporal, *bits);
            }
        }
        push(spatial, top, row[top]);
        lowest = false;
    }
    steps
}

/// The step of each demand, `None` for those left out. `budget` in bits a second.
pub fn share(budget: u64, demands: &[Demand]) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..demands.len())
        .filter(|at| !demands[*at].steps.is_empty())
        .collect();
    // A stable sort: among equals the order of the subscriptions, which does not change.
    order.sort_by_key(|at| Reverse(demands[*at].importance));
    let mut given = vec![None; demands.len()];
    let mut left = budget;
    for (place, &at) in order.iter().enumerate() {
        let bits = demands[at].steps[0].bits;
        // The most important one is not given up for others that happen to be cheaper.
        let slack = if place == 0 { left / 2 } else { 0 };
        if bits <= left + slack {
            left = left.saturating_sub(bits);
            given[at] = Some(0);
        }
    }
    let mut from = 0;
    while from < order.len() {
        let importance = demands[order[from]].importance;
        let same = order[from..]
            .iter()
            .take_while(|at| demands[**at].importance == importance)
            .count();
        raise(&order[from..from + same], demands, &mut given, &mut left);
        from += same;
    }
    given
}

/// Raise equally important ones a step at a time, the lowest first, until nothing more fits.
fn raise(equals: &[usize], demands: &[Demand], given: &mut [Option<usize>], left: &mut u64) {
    loop {
        let mut raised = false;
        for &at in equals {
            let Some(step) = given[at] else { continue };
            let steps = &demands[at].steps;
            let Some(next) = steps.get(step + 1) else {
                continue;
            };
            let more = next.bits - steps[step].bits;
            if more <= *left {
                *left -= more;
                given[at] = Some(step + 1);
                raised = true;
            }
        }
        if !raised {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: LayerGrid = [
        [150_000; TEMPORAL_LAYERS],
        [500_000; TEMPORAL_LAYERS],
        [1_700_000; TEMPORAL_LAYERS],
    ];

    fn demand(importance: u32) -> Demand {
        Demand {
            importance,
            steps: steps(&GRID, LayerPoint::HIGHEST),
        }
    }

    #[test]
    fn steps_are_whole_layers_and_fewer_frames_only_of_the_lowest() {
        let mut grid = GRID;
        grid[0] = [80_000, 120_000, 150_000, 150_000];
        grid[1] = [250_000, 400_000, 500_000, 500_000];
        let costs = |ceiling| -> Vec<u64> {
            let steps = steps(&grid, ceiling);
            steps.iter().map(|step| step.bits).collect()
        };
        let expected = [80_000, 120_000, 150_000, 500_000, 1_700_000];
        assert_eq!(costs(LayerPoint::HIGHEST), expected);
        let wish = LayerPoint {
            spatial: 1,
            temporal: 1,
        };
        assert_eq!(costs(wish), [80_000, 120_000, 400_000]);
        // Nothing at or below the wish is alive: the lowest living layer is what there is.
        let only = [[0; 4], [0; 4], [1_000; 4]];
        let low = LayerPoint {
            spatial: 0,
            temporal: 3,
        };
        assert_eq!(steps(&only, low).len(), 1);
    }

    #[test]
    fn all_get_their_lowest_before_any_gets_more_and_the_important_go_first() {
        let demands = [demand(0), demand(2), demand(0)];
        assert_eq!(share(500_000, &demands), [Some(0), Some(0), Some(0)]);
        assert_eq!(share(800_000, &demands), [Some(0), Some(1), Some(0)]);
        assert_eq!(share(2_000_000, &demands), [Some(0), Some(2), Some(0)]);
        assert_eq!(share(2_400_000, &demands), [Some(1), Some(2), Some(0)]);
        assert_eq!(share(310_000, &demands), [Some(0), Some(0), None]);
        assert_eq!(share(160_000, &demands), [None, Some(0), None]);
        assert_eq!(share(110_000, &demands), [None, Some(0), None]);
        assert_eq!(share(90_000, &demands), [None, None, None]);
    }
}
