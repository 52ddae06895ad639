//! Puts entries in an order in which what is referred to comes first, and changes the order of the file no more than that.
//!
//! First revisions are sorted; later revisions follow in the order of the file, for by then every name exists. What is
//! in a cycle, or refers to nothing, stays where it is: the server names it better.

use std::collections::HashMap;

use super::references::Reference;

/// What the order is made from.
#[derive(Debug, Clone)]
pub struct Item {
    /// The name relative to the dossier; `None` where the server assigns one.
    pub name: Option<String>,
    /// The class that it adds.
    pub class: Option<Reference>,
    /// What it refers to.
    pub refers_to: Vec<Reference>,
}

/// The indexes of the items in their new order.
pub fn order(items: &[Item]) -> Vec<usize> {
    let mut first_of_name: HashMap<&str, usize> = HashMap::new();
    let mut provider: HashMap<&Reference, usize> = HashMap::new();
    let mut later = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match item.name.as_deref() {
            Some(name) if first_of_name.contains_key(name) => later.push(index),
            Some(name) => {
                first_of_name.insert(name, index);
            }
            None => {}
        }
        if let Some(class) = &item.class {
            provider.entry(class).or_insert(index);
        }
    }
    let depends_on = |index: usize, nth: usize| -> Option<Option<usize>> {
        items[index].refers_to.get(nth).map(|reference| match reference {
            Reference::Record(name) => first_of_name.get(name.as_str()).copied(),
            Reference::Class(..) => provider.get(reference).copied(),
        })
    };

    let mut is_reached = vec![false; items.len()];
    for index in &later {
        is_reached[*index] = true;
    }
    let mut ordered = Vec::with_capacity(items.len());
    for start in 0..items.len() {
        // Depth first, on a stack of our own: a chain of readings may be longer than the thread's.
        let mut path = vec![(start, 0)];
        while let Some((index, nth)) = path.pop() {
            if nth == 0 && std::mem::replace(&mut is_reached[index], true) {
                continue;
            }
            match depends_on(index, nth) {
                Some(needed) => {
                    path.push((index, nth + 1));
                    path.extend(needed.filter(|needed| !is_reached[*needed]).map(|needed| (needed, 0)));
                }
                None => ordered.push(index),
            }
        }
    }
    ordered.extend(later);
    ordered
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn item(name: &str, refers_to: &[&str]) -> Item {
        let refers_to = refers_to.iter().map(|name| Reference::Record((*name).to_owned())).collect();
        Item { name: (!name.is_empty()).then(|| name.to_owned()), class: None, refers_to }
    }

    fn check(items: &[Item], expected: &[usize]) {
        assert_eq!(order(items), expected);
    }

    #[test]
    fn what_is_referred_to_comes_first_and_the_rest_stays_as_it_was() {
        check(&[item("a", &[]), item("b", &[]), item("c", &[])], &[0, 1, 2]);
        check(&[item("a", &["c"]), item("b", &[]), item("c", &["d"]), item("d", &[])], &[3, 2, 0, 1]);
        check(&[item("", &["b"]), item("", &[]), item("b", &[])], &[2, 0, 1]);
    }

    #[test]
    fn later_revisions_follow_in_file_order_after_all_first_ones() {
        let items =
            [item("a", &["c"]), item("a", &[]), item("b", &[]), item("b", &["a"]), item("a", &[]), item("c", &[])];
        check(&items, &[5, 0, 2, 1, 3, 4]);
    }

    #[test]
    fn a_class_comes_before_what_uses_it() {
        let class = |id: &str| Reference::Class("objects".into(), id.into());
        let user = Item { name: Some("reports/r".into()), class: None, refers_to: vec![class("oil.depot.small")] };
        let added = Item { name: Some("classes/c".into()), class: Some(class("oil.depot.small")), refers_to: vec![] };
        check(&[user, added], &[1, 0]);
    }

    #[test]
    fn a_cycle_and_a_reference_to_nothing_are_left_for_the_server_to_name() {
        check(&[item("a", &["b"]), item("b", &["a"]), item("c", &["nothing"])], &[1, 0, 2]);
        check(&[item("a", &["a"])], &[0]);
    }

    #[test]
    fn a_long_chain_needs_no_long_stack() {
        let count = 200_000;
        let names: Vec<String> = (0..=count).map(|index| format!("readings/r{index}")).collect();
        let items: Vec<Item> = (0..count).map(|index| item(&names[index], &[&names[index + 1]])).collect();
        let expected: Vec<usize> = (0..count).rev().collect();
        check(&items, &expected);
    }

    proptest! {
        #[test]
        fn every_item_is_there_once_and_without_cycles_nothing_refers_ahead(
            edges in prop::collection::vec((0usize..40, 0usize..40), 0..120),
            shuffle in Just((0..40).collect::<Vec<usize>>()).prop_shuffle(),
        ) {
            // An edge leads from the greater number to the smaller, so there is no cycle; then the file is shuffled.
            let mut refers_to = vec![Vec::new(); 40];
            for (a, b) in edges.into_iter().filter(|(a, b)| a != b) {
                refers_to[a.max(b)].push(Reference::Record(a.min(b).to_string()));
            }
            let items: Vec<Item> = shuffle
                .iter()
                .map(|number| Item { name: Some(number.to_string()), class: None, refers_to: refers_to[*number].clone() })
                .collect();
            let ordered = order(&items);
            let mut seen = std::collections::HashSet::new();
            for index in &ordered {
                for reference in &items[*index].refers_to {
                    let Reference::Record(name) = reference else { panic!("only records are referred to") };
                    prop_assert!(seen.contains(name.as_str()), "{name} comes too late");
                }
                seen.insert(items[*index].name.as_deref().unwrap_or_default());
            }
            prop_assert_eq!(seen.len(), 40);
            prop_assert_eq!(ordered.len(), 40);
        }
    }
}
