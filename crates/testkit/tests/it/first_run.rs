//! The first run: an empty installation is set up in the browser by whoever holds the token that the server printed. USE-01, PPL-16, SEC-04.

use jiff::SignedDuration;
use sluice_app::{companies, first_run};
use sluice_store::{Sha256, args};
use sluice_testkit::person::id;
use sluice_testkit::{Answer, Site, Value, json, on_both, sql};

const PASSWORD: &str = "a crane and a hoist";
const INES: &str = "ines@harbor.example";

/// The token of a start.
async fn token(site: &Site) -> String {
    first_run::open(&site.app).await.unwrap().expect("an empty installation").0
}

fn founding(token: &str) -> Value {
    json!({
        "token": token,
        "company": {"name": "Harbor Builders"},
        "administrator": {"name": "Ines Ortega", "email": INES, "password": PASSWORD},
    })
}

async fn found(site: &Site, body: Value) -> Answer {
    site.nobody().does("/first-run", body).await
}

async fn is_open(site: &Site) -> bool {
    site.nobody().get("/first-run").await.expect(200)["open"].as_bool().unwrap()
}

async fn companies(site: &Site) -> i64 {
    site.count("select count(*) as value from company", args![]).await
}

on_both! {
    async fn use_01_ppl_16_the_first_run_founds_a_company_and_its_administrator(site: Site) {
        assert!(!is_open(&site).await, "no server has started yet");
        let token = token(&site).await;
        assert!(is_open(&site).await);
        let mut ines = site.nobody();
        let session = ines.post("/first-run", founding(&token)).await.expect(201);
        assert_eq!((session["installation_admin"].as_bool(), session["person"]["email"].as_str()), (Some(true), Some(INES)));
        let company = id(&session["companies"][0]);
        assert_eq!((session["companies"][0]["company_admin"].as_bool(), session["companies"][0]["employee"].as_bool()), (Some(true), Some(true)));
        // Signed in, and able to do what comes next.
        assert_eq!(ines.get("/session").await.expect(200)["person"]["name"], "Ines Ortega");
        assert_eq!(ines.get(&format!("/companies/{company}/connection-settings")).await.expect(200)["approval"], "review");
        ines.does(&format!("/companies/{company}/projects"), json!({"name": "Harbor Tower"})).await.expect(201);
        ines.does("/companies", json!({"name": "Delta", "admin": {"name": "Diego Ruiz", "email": "diego@delta.example"}})).await.expect(201);
        // Over, for everybody; a later start offers nothing.
        assert!(!is_open(&site).await);
        found(&site, founding(&token)).await.refused("first_run_over", 410);
        assert!(first_run::open(&site.app).await.unwrap().is_none());
        assert!(!is_open(&site).await);
        site.sign_in("Ines", INES, PASSWORD).await;
        site.close().await;
    }

    async fn sec_04_the_token_is_long_stored_hashed_and_of_one_start(site: Site) {
        let first = token(&site).await;
        assert!(first.len() >= 43, "{first}");
        let second = token(&site).await;
        assert_ne!(first, second);
        let stored: Vec<Sha256> = sql::values(&site.app.db, "select token_hash as value from first_run", args![]).await;
        assert_eq!(stored.len(), 1);
        assert_ne!(stored[0].0.as_slice(), second.as_bytes());
        found(&site, founding(&first)).await.refused("wrong_first_run_token", 403);
        for wrong in ["", "x", &second[1..], &format!("{second}x"), &stored[0].to_string()] {
            // The lock is another test's.
            sql::run(&site.app.db, "delete from sign_in_throttle", args![]).await;
            found(&site, founding(wrong)).await.refused("wrong_first_run_token", 403);
        }
        // Spaces around it come with copying.
        found(&site, founding(&format!(" {second}\n"))).await.expect(201);
        assert_eq!(companies(&site).await, 1);
        site.close().await;
    }

    async fn sec_04_guessing_the_token_is_slowed_down(site: Site) {
        let right = token(&site).await;
        for _ in 0..5 {
            found(&site, founding("wrong")).await.refused("wrong_first_run_token", 403);
        }
        let locked = found(&site, founding(&right)).await;
        assert!((1..=31).contains(&locked.header("retry-after").unwrap().parse::<i64>().unwrap()));
        locked.refused("too_many_attempts", 429);
        // Nobody who signs in under that name gets in its way.
        site.nobody().does("/session", json!({"email": "first run", "password": PASSWORD})).await.refused("bad_credentials", 401);
        site.clock.advance(SignedDuration::from_secs(31));
        found(&site, founding("wrong")).await.refused("wrong_first_run_token", 403);
        found(&site, founding(&right)).await.refused("too_many_attempts", 429);
        // Who can start the server again can read its log.
        let next = token(&site).await;
        found(&site, founding(&next)).await.expect(201);
        site.close().await;
    }

    async fn the_operators_command_makes_the_token_void(site: Site) {
        let token = token(&site).await;
        companies::found_by_operator(&site.app, "Delta Mechanical", "Diego Ruiz", "diego@delta.example", PASSWORD).await.unwrap();
        assert!(!is_open(&site).await);
        found(&site, founding(&token)).await.refused("first_run_over", 410);
        assert_eq!(companies(&site).await, 1);
        site.close().await;
    }

    async fn what_is_unsound_is_named_and_the_token_stays(site: Site) {
        let token = token(&site).await;
        let with = |pointer: &str, value: &str| {
            let mut body = founding(&token);
            *body.pointer_mut(pointer).unwrap() = json!(value);
            body
        };
        for (pointer, value) in [("/company/name", " "), ("/administrator/name", ""), ("/administrator/email", "ines")] {
            let refused = found(&site, with(pointer, value)).await.refused("invalid", 422);
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
        }
        found(&site, with("/administrator/password", "short")).await.refused("weak_password", 422);
        assert_eq!((companies(&site).await, site.count("select count(*) as value from person", args![]).await), (0, 0));
        found(&site, founding(&token)).await.expect(201);
        site.close().await;
    }

    async fn ppl_03_a_sign_in_that_exists_keeps_its_password(site: Site) {
        companies::create_installation_admin(&site.app, "Ines Ortega", INES, "another long password").await.unwrap();
        let token = token(&site).await;
        let refused = found(&site, founding(&token)).await.refused("invalid", 422);
        assert_eq!(refused["errors"][0]["pointer"], "/administrator/password");
        let mut body = founding(&token);
        body["administrator"]["password"] = json!("another long password");
        found(&site, body).await.expect(201);
        site.sign_in("Ines", INES, "another long password").await;
        site.close().await;
    }

    async fn race_of_two_with_one_token_one_founds(site: Site) {
        let token = token(&site).await;
        let mut other = founding(&token);
        other["administrator"]["email"] = json!("mallory@nowhere.example");
        let (one, two) = tokio::join!(found(&site, founding(&token)), found(&site, other));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 410], "{} {}", one.text(), two.text());
        assert_eq!((companies(&site).await, site.count("select count(*) as value from person", args![]).await), (1, 1));
        site.close().await;
    }
}
