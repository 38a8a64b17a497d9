//! The matrix, rule by rule.

use super::*;
use uuid::Uuid;

fn member(levels: Levels) -> Standing {
    Standing {
        person: PersonId(Uuid::from_u128(1)),
        company: CompanyId(Uuid::from_u128(2)),
        project: Some(ProjectId(Uuid::from_u128(3))),
        in_company: true,
        employee: false,
        company_admin: false,
        member: true,
        levels,
        grants: vec![],
        tools_on: vec![Tool::Drawings],
        represents: None,
        scopes: Scopes::SIGNED_IN,
    }
}

#[test]
fn ppl_04_company_and_directory_admins_are_admin_everywhere() {
    let mut administrator = member(Levels::default());
    administrator.company_admin = true;
    administrator.member = false;
    let directory_admin = member(Levels::default().with(Tool::Directory, Level::Admin));
    for tool in Tool::LEVELLED {
        assert_eq!(administrator.level(tool), Level::Admin);
        assert_eq!(directory_admin.level(tool), Level::Admin);
    }
    assert_eq!(
        directory_admin.level(Tool::Company),
        Level::None,
        "a project's Directory gives nothing in the company"
    );
}

#[test]
fn ppl_02_a_deactivated_person_has_nothing() {
    let mut person = member(Levels::ADMIN);
    person.company_admin = true;
    person.in_company = false;
    for action in Action::ALL {
        assert_eq!(allows(&person, *action), Err(Refusal::NotThere), "{action:?}");
    }
}

#[test]
fn ppl_05_none_sees_nothing_and_read_only_reads() {
    let none = member(Levels::default());
    assert_eq!(allows(&none, Action::ViewDrawings), Err(Refusal::NotThere));
    let reader = member(Levels::default().with(Tool::Drawings, Level::ReadOnly));
    assert_eq!(allows(&reader, Action::ViewDrawings), Ok(()));
    assert!(matches!(allows(&reader, Action::PublishDrawings), Err(Refusal::NeedsLevel { .. })));
    assert!(matches!(allows(&reader, Action::ViewUnpublished), Err(Refusal::NeedsLevel { .. })));
}

#[test]
fn view_04_read_only_draws_for_itself_and_standard_publishes() {
    let of = |level| member(Levels::default().with(Tool::Drawings, level));
    assert_eq!(allows(&of(Level::None), Action::MarkUp), Err(Refusal::NotThere));
    assert_eq!(allows(&of(Level::ReadOnly), Action::MarkUp), Ok(()));
    assert!(matches!(allows(&of(Level::ReadOnly), Action::PublishMarkups), Err(Refusal::NeedsLevel { .. })));
    assert_eq!(allows(&of(Level::Standard), Action::PublishMarkups), Ok(()));
}

#[test]
fn ppl_06_a_grant_allows_its_act_only() {
    let mut uploader = member(Levels::default().with(Tool::Drawings, Level::ReadOnly));
    uploader.grants.push(Grant::UploadDrawings);
    assert_eq!(allows(&uploader, Action::UploadDrawings), Ok(()));
    assert!(allows(&uploader, Action::ReviewDrawings).is_err());
    let mut absent = member(Levels::default());
    absent.grants.push(Grant::UploadDrawings);
    assert_eq!(
        allows(&absent, Action::UploadDrawings),
        Err(Refusal::NotThere),
        "a grant does not open a tool at None"
    );
}

#[test]
fn a_switched_off_tool_says_so_to_those_who_could_see_it() {
    let mut admin = member(Levels::ADMIN);
    admin.tools_on.clear();
    assert_eq!(allows(&admin, Action::ViewDrawings), Err(Refusal::ToolOff(Tool::Drawings)));
    let mut none = member(Levels::default());
    none.tools_on.clear();
    assert_eq!(allows(&none, Action::ViewDrawings), Err(Refusal::NotThere));
}

#[test]
fn keys_are_unique_and_read_back() {
    for level in Level::ALL {
        assert_eq!(Level::from_key(level.key()), Some(level));
    }
    for tool in Tool::LEVELLED {
        assert_eq!(Tool::from_key(tool.key()), Some(tool));
    }
    let mut keys: Vec<_> = Action::ALL.iter().map(|action| action.key()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), Action::ALL.len());
}

#[test]
fn ppl_11_a_token_never_has_more_than_its_owner_and_only_its_scopes() {
    let levels = Tool::LEVELLED.map(|tool| Levels::default().with(tool, Level::ReadOnly));
    for mut owner in [Levels::ADMIN, Levels::default()].into_iter().chain(levels).map(member) {
        let company_admin = [false, true];
        for admin in company_admin {
            owner.company_admin = admin;
            for tool in Scopes::TOOLS {
                for access in [Access::None, Access::Read, Access::Write] {
                    let token = Standing { scopes: Scopes::NONE.with(tool, access), ..owner.clone() };
                    for action in Action::ALL {
                        let rule = action.rule();
                        let let_through =
                            rule.access == Access::None || (rule.tool == tool && rule.access <= access);
                        match (allows(&owner, *action), allows(&token, *action)) {
                            (Ok(()), judged) if let_through => assert_eq!(judged, Ok(()), "{action:?}"),
                            (Ok(()), judged) => {
                                let refused = Refusal::NeedsScope { tool: rule.tool, access: rule.access };
                                assert_eq!(judged, Err(refused), "{action:?}");
                            }
                            (refused, judged) => assert_eq!(judged, refused, "{action:?}"),
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn ppl_11_a_tool_without_a_scope_counts_as_none() {
    let token = Standing { scopes: Scopes::NONE.with(Tool::Drawings, Access::Read), ..member(Levels::ADMIN) };
    assert_eq!((token.level(Tool::Drawings), token.level(Tool::Directory)), (Level::Admin, Level::None));
    assert_ne!(token.level(Tool::Home), Level::None, "every member sees it");
}
