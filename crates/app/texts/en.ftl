### The words of messages, in English: mails and notifications show the same. Each kind of message stands here under the word it has in the
### API: its title, and .body (what happened), .action (what the link does), .why (why its reader gets it).
###
### Given to all: $actor (who did it), $upstream and $downstream (a project and its company), $upstream_company, $upstream_project,
### $downstream_company, $downstream_project, $company and $project (the reader's own), $scope (project, or company where no project is
### concerned), $expires (a date), $count (a number, to choose the form by) and $n (the same, as it is written here), $waits (yes where a
### request waits again), $single (yes where $sheet alone has another current revision: $to, no longer $from).

## Kinds of messages

invitation = { $scope ->
        [project] { $actor } invites you to the project { $project } of { $company }
       *[company] { $actor } invites you to { $company }
    }
    .body = { $scope ->
        [project] { $actor } has added you to the directory of the project { $project } of { $company }.
       *[company] { $actor } has added you to the directory of { $company }.
    } Accept the invitation to take part. The link is for you alone, works once, and until { $expires }.
    .action = Accept the invitation
    .why = You get this because somebody entered your address. If you do not know why, leave it; nothing happens.

requested = { $downstream_company } asks to connect to { $upstream_project }
    .body = { $actor } asks to connect the project { $downstream } to your project { $upstream }. Nothing is shared until somebody of { $upstream_company } approves it. The request expires on { $expires }.
    .action = Open the request
    .why = { why-connections }

request_sent = Your request to connect to { $upstream_project } was sent
    .body = { $actor } asked to connect your project { $downstream } to the project { $upstream }. You will be told when { $upstream_company } answers. The request expires on { $expires }.
    .action = Open the request
    .why = { why-connections }

withdrawn = { $downstream_company } withdrew its request to connect to { $upstream_project }
    .body = { $actor } took back the request to connect the project { $downstream } to the project { $upstream }. Nothing was shared, and nothing needs to be done.
    .action = Open the request
    .why = { why-connections }

declined = { $upstream_company } declined to connect { $downstream_project }
    .body = { $actor } declined the request to connect the project { $downstream } to the project { $upstream }. Nothing was shared. { $downstream_company } may ask again.
    .action = Open the request
    .why = { why-connections }

expired = The request to connect { $downstream_project } to { $upstream_project } has expired
    .body = The request to connect the project { $downstream } to the project { $upstream } was not answered in time. Nothing was shared. { $downstream_company } may ask again.
    .action = Open the request
    .why = { why-connections }

connected = { $downstream_project } is connected to { $upstream_project }
    .body = { $approval ->
        [policy] { $actor } has connected the project { $downstream } to the project { $upstream }, whose company approves by itself whoever already has access.
       *[person] { $actor } has approved the request: the project { $downstream } is connected to the project { $upstream }.
    } What { $upstream_company } publishes there now arrives in { $downstream_project } by itself. Nothing travels the other way.
    .action = Open the connection
    .why = { why-connections }

undone = The connection of { $downstream_project } to { $upstream_project } was undone
    .body = { $actor } undid the connection of the project { $downstream } to the project { $upstream } within minutes after it was made. What had been copied was removed. { $waits ->
        [yes] The request waits again for { $upstream_company } to answer.
       *[no] { $downstream_company } may ask again.
    }
    .action = Open the connection
    .why = { why-connections }

disconnected = { $downstream_project } is no longer connected to { $upstream_project }
    .body = { $actor } ended the connection between the project { $upstream } and the project { $downstream }. Nothing more is copied. What had arrived stays, files included, and is no longer kept in sync.
    .action = Open the connection
    .why = { why-connections }

first_copy_complete = The first copy from { $upstream_project } is complete
    .body = { $count ->
        [0] Nothing is published in the project { $upstream } yet, so nothing has arrived in your project { $downstream }.
        [one] { $n } published sheet of the project { $upstream } has arrived in your project { $downstream }.
       *[other] { $n } published sheets of the project { $upstream } have arrived in your project { $downstream }.
    } Later ones arrive by themselves.
    .action = Open the drawings
    .why = { why-arrivals }

new_sheets = { $count ->
        [one] { $n } new sheet from { $upstream_project }
       *[other] { $n } new sheets from { $upstream_project }
    }
    .body = { $count ->
        [one] { $n } newly published sheet of the project { $upstream } has arrived in your project { $downstream }.
       *[other] { $n } newly published sheets of the project { $upstream } have arrived in your project { $downstream }.
    }
    .action = Open the drawings
    .why = { why-arrivals }

deleted_upstream = { $count ->
        [one] { $n } sheet deleted or made obsolete in { $upstream_project }
       *[other] { $n } sheets deleted or made obsolete in { $upstream_project }
    }
    .body = { $count ->
        [one] { $upstream_company } deleted { $n } sheet of the project { $upstream }, or made it obsolete.
       *[other] { $upstream_company } deleted { $n } sheets of the project { $upstream }, or made them obsolete.
    } Nothing is erased in your project { $downstream }: deleted ones leave its log and stay in its report of deleted drawings, files included.
    .action = Open the drawings
    .why = { why-arrivals }

current_changed = { $single ->
        [yes] { $sheet }: revision { $to } is current, no longer revision { $from }
       *[no] { $count ->
            [one] Another revision of { $n } sheet is current
           *[other] Another revision of { $n } sheets is current
        }
    }
    .body = { $count ->
        [one] { $upstream_company } changed in the project { $upstream } what decides which revision is the newest, such as a date or the order. So another revision of { $n } sheet is current now in your project { $downstream }.
       *[other] { $upstream_company } changed in the project { $upstream } what decides which revision is the newest, such as a date or the order. So another revision of { $n } sheets is current now in your project { $downstream }.
    }
    .action = Open the drawings
    .why = { why-arrivals }

distributed = { $count ->
        [one] { $n } drawing published in { $project }
       *[other] { $n } drawings published in { $project }
    }
    .body = { $count ->
        [one] { $actor } published { $n } drawing in the project { $project } of { $company }.
       *[other] { $actor } published { $n } drawings in the project { $project } of { $company }.
    }
    .action = Open the drawings
    .why = You get this because the drawings of { $project } are distributed to you.

password_reset = Choose a new password
    .body = Somebody asked for a new password for this address. If it was you, choose one. The link works once, for one hour. Until then your present password stays.
    .action = Choose a new password
    .why = You get this because somebody entered your address. If it was not you, leave it; nothing happens.

password_changed = Your password was changed
    .body = The password of your sign-in was changed, and sessions elsewhere have ended. If it was not you, ask for a new password on the sign-in page at once, and tell an administrator of your company.
    .action = Open Sluice
    .why = You get this because it is about your own sign-in.

project_deleted = The project { $project } was deleted
    .body = { $actor } deleted the project { $project }. It can no longer be opened. { $count ->
        [0] { "" }
        [one] Its connection has ended.
       *[other] Its { $n } connections and requests have ended.
    } What had arrived at other companies stays with them.
    .action = Open your projects
    .why = You get this because you were told about the connections of { $project }.

company_closed = { $company } was closed
    .body = Whoever runs this installation closed { $company }. Its projects can no longer be opened, and its connections have ended. What had arrived at other companies stays with them. Your sign-in and your other companies are not affected.
    .action = Open your projects
    .why = You get this because you worked for { $company }.

## The same kinds, where they are about one tool that is added to a connection ($tool)

requested_tool = { $downstream_company } asks to add { tool-name } to its connection to { $upstream_project }
    .body = { $actor } asks that { tool-name } of your project { $upstream } arrive in the project { $downstream }, too. Nothing of it is shared until somebody of { $upstream_company } approves it. The request expires on { $expires }.
    .action = Open the request
    .why = { why-connections }

request_sent_tool = Your request to add { tool-name } to the connection to { $upstream_project } was sent
    .body = { $actor } asked that { tool-name } of the project { $upstream } arrive in your project { $downstream }, too. You will be told when { $upstream_company } answers. The request expires on { $expires }.
    .action = Open the request
    .why = { why-connections }

withdrawn_tool = { $downstream_company } withdrew its request to add { tool-name } to its connection to { $upstream_project }
    .body = { $actor } took back the request to add { tool-name } to the connection of the project { $downstream } to the project { $upstream }. The connection itself goes on.
    .action = Open the request
    .why = { why-connections }

declined_tool = { $upstream_company } declined to add { tool-name } to the connection to { $downstream_project }
    .body = { $actor } declined the request to add { tool-name } to the connection of the project { $downstream } to the project { $upstream }. The connection itself goes on. { $downstream_company } may ask again.
    .action = Open the request
    .why = { why-connections }

expired_tool = The request to add { tool-name } to the connection of { $downstream_project } has expired
    .body = The request to add { tool-name } to the connection of the project { $downstream } to the project { $upstream } was not answered in time. The connection itself goes on. { $downstream_company } may ask again.
    .action = Open the request
    .why = { why-connections }

connected_tool = { tool-name } of { $upstream_project } now arrive in { $downstream_project }
    .body = { tool-name } were added to the connection of the project { $downstream } to the project { $upstream }. They arrive by themselves, now and from then on. Nothing travels the other way.
    .action = Open the connection
    .why = { why-connections }

undone_tool = Adding { tool-name } to the connection of { $downstream_project } to { $upstream_project } was undone
    .body = { $actor } undid, within minutes, that { tool-name } were added to the connection of the project { $downstream } to the project { $upstream }. What had been copied of it was removed. { $waits ->
        [yes] The request waits again for { $upstream_company } to answer.
       *[no] { $downstream_company } may ask again.
    }
    .action = Open the connection
    .why = { why-connections }

tool-name = { $tool ->
        [rfis] RFIs
        [submittals] Submittals
       *[other] Drawings
    }

## Parts of sentences

reminder = Reminder: { $title }
person-of = { $person } of { $company }
project-of = { $project } of { $company }
either-company = one of the two companies
cause-project-deleted = { $actor } deleted the project.
cause-company-closed = { $by_company } was closed on this installation.
why-connections = You get this because you are told about the connections of { $project }. Who is told is set in its Connection Manager.
why-arrivals = You get this because you are told about what arrives in the drawings of { $project }.

## Details below the text: a label and a value each

label-upstream = Upstream project
label-downstream = Downstream project
label-project = Project
label-company = Company
label-set = Drawing set
label-deleted = Deleted
label-obsolete = Made obsolete
label-current = Current revision
label-by = By
label-when = When
label-reason = Reason

## Dates and times

date = { $order ->
        [month_day_year] { month } { $day }, { $year }
       *[other] { $day } { month } { $year }
    }
month = { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
moment = { $date }, { $time } ({ $zone })
