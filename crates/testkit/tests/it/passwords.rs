//! Passwords: a new one by mail, changing one's own. PPL-03, PPL-10, SEC-04.

use jiff::SignedDuration;
use sluice_app::companies;
use sluice_store::args;
use sluice_testkit::person::id;
use sluice_testkit::site::PUBLIC_URL;
use sluice_testkit::{Site, World, json, on_both, sql};

const PASSWORD: &str = "a crane and a hoist";
const NEW: &str = "two cranes and no hoist";
const INES: &str = "ines@harbor.example";

async fn harbor(site: &Site) {
    companies::found_by_operator(&site.app, "Harbor Builders", "Ines Ortega", INES, PASSWORD).await.unwrap();
}

async fn ask(site: &Site, email: &str) {
    site.nobody().does("/password-resets", json!({"email": email})).await.expect(202);
    site.run_until_idle().await;
}

/// The path of the link last mailed to Ines.
fn link(site: &Site) -> String {
    let beginning = format!("{PUBLIC_URL}/password-resets/");
    let letters = site.mail.letters_to(INES);
    let found = letters.iter().rev().find_map(|letter| letter.link(&beginning));
    found.expect("a link").strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

async fn signs_in(site: &Site, password: &str) -> u16 {
    site.nobody().does("/session", json!({"email": INES, "password": password})).await.status
}

on_both! {
    async fn ppl_10_a_forgotten_password_is_chosen_anew_by_a_link(site: Site) {
        harbor(&site).await;
        let elsewhere = site.sign_in("Ines", INES, PASSWORD).await;
        ask(&site, " Ines@Harbor.Example ").await;
        let first = link(&site);
        assert_eq!(site.nobody().get(&first).await.expect(200)["email"], INES);
        let choose = format!("{first}/completion");
        site.nobody().does(&choose, json!({"password": "short"})).await.refused("weak_password", 422);
        assert_eq!(signs_in(&site, PASSWORD).await, 201, "until then the present one stays");
        // A second link; choosing by it closes the first as well.
        ask(&site, INES).await;
        let second = link(&site);
        site.nobody().does(&format!("{second}/completion"), json!({"password": NEW})).await.expect(204);
        for used in [&first, &second] {
            site.nobody().get(used).await.refused("password_reset_used", 410);
            site.nobody().does(&format!("{used}/completion"), json!({"password": PASSWORD})).await.refused("password_reset_used", 410);
        }
        elsewhere.get("/session").await.refused("not_signed_in", 401);
        assert_eq!((signs_in(&site, PASSWORD).await, signs_in(&site, NEW).await), (401, 201));
        site.run_until_idle().await;
        assert_eq!(site.subjects_to(INES).last().map(String::as_str), Some("Your password was changed"));
        // The link is nowhere any more.
        let token = second.rsplit('/').next().unwrap();
        let kept: Vec<String> = sql::values(&site.app.db, "select facts as value from message", args![]).await;
        assert!(kept.iter().all(|facts| !facts.contains(token)));
        // Too late.
        ask(&site, INES).await;
        let third = link(&site);
        site.clock.advance(SignedDuration::from_hours(1));
        site.nobody().get(&third).await.refused("password_reset_expired", 410);
        site.nobody().does(&format!("{third}/completion"), json!({"password": PASSWORD})).await.refused("password_reset_expired", 410);
        site.nobody().get("/password-resets/no-such-token").await.refused("not_found", 404);
        site.close().await;
    }

    async fn ppl_03_asking_tells_nobody_whether_an_address_has_a_sign_in(site: Site) {
        harbor(&site).await;
        let world = World::harbor_and_delta(&site).await;
        // Invited, and never had a password: the invitation is their way in, and no other.
        let body = json!({"name": "Nora Berg", "email": "nora@harbor.example", "employee": true});
        world.ines.does(&format!("/companies/{}/people", world.harbor), body).await.expect(201);
        let mut answers = vec![];
        for email in [INES, "nobody@harbor.example", "nora@harbor.example"] {
            let answer = site.nobody().does("/password-resets", json!({"email": email})).await;
            let rows: i64 = site.count("select count(*) as value from password_reset where person_id is null and email = $1", args![email]).await;
            answers.push((answer.status, answer.text(), rows));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
        site.run_until_idle().await;
        assert!(site.subjects_to("nobody@harbor.example").is_empty());
        assert!(site.subjects_to("nora@harbor.example").iter().all(|subject| subject.contains("invites you")));
        site.nobody().does("/password-resets", json!({"email": "no address"})).await.refused("invalid", 422);
        // Nobody's mailbox is filled by others.
        for _ in 0..5 {
            ask(&site, INES).await;
        }
        let links = site.subjects_to(INES).into_iter().filter(|subject| subject == "Choose a new password").count();
        assert_eq!(links, 3);
        site.clock.advance(SignedDuration::from_hours(2));
        ask(&site, INES).await;
        assert_eq!(site.subjects_to(INES).into_iter().filter(|subject| subject == "Choose a new password").count(), 4);
        site.close().await;
    }

    async fn ppl_10_ones_own_password_is_changed_with_the_present_one(site: Site) {
        harbor(&site).await;
        let (here, elsewhere) = (site.sign_in("Ines", INES, PASSWORD).await, site.sign_in("Ines", INES, PASSWORD).await);
        ask(&site, INES).await;
        let open = link(&site);
        let change = async |current: &str, new: &str| here.put("/me/password", json!({"current_password": current, "new_password": new})).await;
        change("not the password", NEW).await.refused("invalid", 422);
        change(PASSWORD, "short").await.refused("weak_password", 422);
        change(PASSWORD, NEW).await.expect(204);
        here.get("/session").await.expect(200);
        elsewhere.get("/session").await.refused("not_signed_in", 401);
        assert_eq!((signs_in(&site, PASSWORD).await, signs_in(&site, NEW).await), (401, 201));
        site.nobody().get(&open).await.refused("password_reset_used", 410);
        site.run_until_idle().await;
        assert_eq!(site.subjects_to(INES).last().map(String::as_str), Some("Your password was changed"));
        // Guessing it here is guessing it there: the address is locked all the same.
        for _ in 0..4 {
            change("not the password", NEW).await.refused("invalid", 422);
        }
        change("not the password", NEW).await.refused("invalid", 422);
        change(NEW, PASSWORD).await.refused("too_many_attempts", 429);
        assert_eq!(signs_in(&site, NEW).await, 429);
        site.close().await;
    }

    async fn ppl_10_all_other_sessions_end_at_once(site: Site) {
        harbor(&site).await;
        let here = site.sign_in("Ines", INES, PASSWORD).await;
        for _ in 0..3 {
            site.sign_in("Ines", INES, PASSWORD).await;
        }
        here.delete("/sessions").await.expect(204);
        let left = here.items("/sessions").await;
        assert_eq!((left.len(), id(&left[0])), (1, here.who().session().unwrap()));
        site.close().await;
    }
}
