### The words of messages, in French. What each stands for, and what is given to it, is said in en.ftl; the terms in docs/glossary.md.

## Kinds of messages

invitation = { $scope ->
        [project] { $actor } vous invite dans le projet { $project } ({ $company })
       *[company] { $actor } vous invite à rejoindre { $company }
    }
    .body = { $scope ->
        [project] { $actor } a inscrit votre nom dans l’annuaire du projet { $project } ({ $company }).
       *[company] { $actor } a inscrit votre nom dans l’annuaire de { $company }.
    } Acceptez l’invitation pour participer. Le lien est réservé à vous seul, fonctionne une seule fois et jusqu’au { $expires }.
    .action = Accepter l’invitation
    .why = Vous recevez ce message parce que quelqu’un a saisi votre adresse. Si vous ne savez pas pourquoi, ignorez-le ; il ne se passera rien.

requested = { $downstream_company } demande à se connecter à { $upstream_project }
    .body = { $actor } demande à connecter le projet { $downstream } à votre projet { $upstream }. Rien n’est partagé tant que personne de { $upstream_company } ne l’a approuvé. La demande expire le { $expires }.
    .action = Ouvrir la demande
    .why = { why-connections }

request_sent = Votre demande de connexion à { $upstream_project } a été envoyée
    .body = { $actor } a demandé à connecter votre projet { $downstream } au projet { $upstream }. Un message vous annoncera la réponse de { $upstream_company }. La demande expire le { $expires }.
    .action = Ouvrir la demande
    .why = { why-connections }

withdrawn = { $downstream_company } a retiré sa demande de connexion à { $upstream_project }
    .body = { $actor } a retiré la demande de connecter le projet { $downstream } au projet { $upstream }. Rien n’a été partagé et il n’y a rien à faire.
    .action = Ouvrir la demande
    .why = { why-connections }

declined = { $upstream_company } a refusé de connecter { $downstream_project }
    .body = { $actor } a refusé la demande de connecter le projet { $downstream } au projet { $upstream }. Rien n’a été partagé. { $downstream_company } peut renouveler sa demande.
    .action = Ouvrir la demande
    .why = { why-connections }

expired = La demande de connecter { $downstream_project } à { $upstream_project } a expiré
    .body = La demande de connecter le projet { $downstream } au projet { $upstream } est restée sans réponse. Rien n’a été partagé. { $downstream_company } peut renouveler sa demande.
    .action = Ouvrir la demande
    .why = { why-connections }

connected = { $downstream_project } est connecté à { $upstream_project }
    .body = { $approval ->
        [policy] { $actor } a connecté le projet { $downstream } au projet { $upstream }, dont l’entreprise approuve automatiquement ceux qui ont déjà accès.
       *[person] { $actor } a approuvé la demande : le projet { $downstream } est connecté au projet { $upstream }.
    } Ce que { $upstream_company } y publie arrive désormais de lui-même dans { $downstream_project }. Rien ne circule dans l’autre sens.
    .action = Ouvrir la connexion
    .why = { why-connections }

undone = La connexion de { $downstream_project } à { $upstream_project } a été annulée
    .body = { $actor } a annulé la connexion du projet { $downstream } au projet { $upstream } quelques minutes après son établissement. Ce qui avait été copié a été retiré. { $waits ->
        [yes] La demande attend de nouveau la réponse de { $upstream_company }.
       *[no] { $downstream_company } peut renouveler sa demande.
    }
    .action = Ouvrir la connexion
    .why = { why-connections }

disconnected = { $downstream_project } n’est plus connecté à { $upstream_project }
    .body = { $actor } a mis fin à la connexion entre le projet { $upstream } et le projet { $downstream }. Plus rien n’est copié. Ce qui était arrivé est conservé, fichiers compris, et n’est plus tenu à jour.
    .action = Ouvrir la connexion
    .why = { why-connections }

first_copy_complete = La première copie de { $upstream_project } est terminée
    .body = { $count ->
        [0] Rien n’est encore publié dans le projet { $upstream } ; rien n’est donc arrivé dans votre projet { $downstream }.
        [one] { $n } feuille publiée du projet { $upstream } est arrivée dans votre projet { $downstream }.
       *[other] { $n } feuilles publiées du projet { $upstream } sont arrivées dans votre projet { $downstream }.
    } Les suivantes arrivent d’elles-mêmes.
    .action = Ouvrir les plans
    .why = { why-arrivals }

new_sheets = { $count ->
        [one] { $n } nouvelle feuille de { $upstream_project }
       *[other] { $n } nouvelles feuilles de { $upstream_project }
    }
    .body = { $count ->
        [one] { $n } feuille récemment publiée du projet { $upstream } est arrivée dans votre projet { $downstream }.
       *[other] { $n } feuilles récemment publiées du projet { $upstream } sont arrivées dans votre projet { $downstream }.
    }
    .action = Ouvrir les plans
    .why = { why-arrivals }

deleted_upstream = { $count ->
        [one] { $n } feuille supprimée ou devenue obsolète dans { $upstream_project }
       *[other] { $n } feuilles supprimées ou devenues obsolètes dans { $upstream_project }
    }
    .body = { $count ->
        [one] { $upstream_company } a supprimé { $n } feuille du projet { $upstream } ou l’a rendue obsolète.
       *[other] { $upstream_company } a supprimé { $n } feuilles du projet { $upstream } ou les a rendues obsolètes.
    } Rien n’est effacé dans votre projet { $downstream } : les feuilles supprimées quittent sa liste et restent dans son rapport des plans supprimés, fichiers compris.
    .action = Ouvrir les plans
    .why = { why-arrivals }

current_changed = { $single ->
        [yes] { $sheet } : la révision { $to } est en vigueur, et non plus la { $from }
       *[no] { $count ->
            [one] Une autre révision de { $n } feuille est en vigueur
           *[other] Une autre révision de { $n } feuilles est en vigueur
        }
    }
    .body = { $count ->
        [one] { $upstream_company } a modifié dans le projet { $upstream } ce qui décide de la révision la plus récente, comme une date ou l’ordre. Une autre révision de { $n } feuille est donc en vigueur dans votre projet { $downstream }.
       *[other] { $upstream_company } a modifié dans le projet { $upstream } ce qui décide de la révision la plus récente, comme une date ou l’ordre. Une autre révision de { $n } feuilles est donc en vigueur dans votre projet { $downstream }.
    }
    .action = Ouvrir les plans
    .why = { why-arrivals }

distributed = { $count ->
        [one] { $n } plan publié dans { $project }
       *[other] { $n } plans publiés dans { $project }
    }
    .body = { $count ->
        [one] { $actor } a publié { $n } plan dans le projet { $project } ({ $company }).
       *[other] { $actor } a publié { $n } plans dans le projet { $project } ({ $company }).
    }
    .action = Ouvrir les plans
    .why = Vous recevez ce message parce que les plans de { $project } vous sont diffusés.

password_reset = Choisissez un nouveau mot de passe
    .body = Quelqu’un a demandé un nouveau mot de passe pour cette adresse. Si c’est vous, choisissez-en un. Le lien fonctionne une seule fois, pendant une heure. D’ici là, votre mot de passe actuel reste valable.
    .action = Choisir un nouveau mot de passe
    .why = Vous recevez ce message parce que quelqu’un a saisi votre adresse. Si ce n’est pas vous, ignorez-le ; il ne se passera rien.

password_changed = Votre mot de passe a été modifié
    .body = Le mot de passe avec lequel vous vous identifiez a été modifié et les sessions ouvertes ailleurs ont été fermées. Si ce n’est pas vous, demandez aussitôt un nouveau mot de passe sur la page d’identification et prévenez un administrateur de votre entreprise.
    .action = Ouvrir Sluice
    .why = Vous recevez ce message parce qu’il concerne votre propre compte.

project_deleted = Le projet { $project } a été supprimé
    .body = { $actor } a supprimé le projet { $project }. Il ne peut plus être ouvert. { $count ->
        [0] { "" }
        [one] Sa connexion a pris fin.
       *[other] Ses { $n } connexions et demandes ont pris fin.
    } Ce qui était arrivé chez d’autres entreprises y reste.
    .action = Ouvrir vos projets
    .why = Vous recevez ce message parce que vous étiez prévenu des connexions de { $project }.

company_closed = { $company } a été fermée
    .body = L’exploitant de cette installation a fermé { $company }. Ses projets ne peuvent plus être ouverts et ses connexions ont pris fin. Ce qui était arrivé chez d’autres entreprises y reste. Votre compte et vos autres entreprises ne sont pas touchés.
    .action = Ouvrir vos projets
    .why = Vous recevez ce message parce que vous travailliez pour { $company }.

## The same kinds, where they are about one tool that is added to a connection ($tool)

requested_tool = { $downstream_company } demande à ajouter les { tool-name } à sa connexion à { $upstream_project }
    .body = { $actor } demande que les { tool-name } de votre projet { $upstream } arrivent aussi dans le projet { $downstream }. Rien n’en est partagé tant que personne de { $upstream_company } ne l’a approuvé. La demande expire le { $expires }.
    .action = Ouvrir la demande
    .why = { why-connections }

request_sent_tool = Votre demande d’ajouter les { tool-name } à la connexion à { $upstream_project } a été envoyée
    .body = { $actor } a demandé que les { tool-name } du projet { $upstream } arrivent aussi dans votre projet { $downstream }. Un message vous annoncera la réponse de { $upstream_company }. La demande expire le { $expires }.
    .action = Ouvrir la demande
    .why = { why-connections }

withdrawn_tool = { $downstream_company } a retiré sa demande d’ajouter les { tool-name } à sa connexion à { $upstream_project }
    .body = { $actor } a retiré la demande d’ajouter les { tool-name } à la connexion du projet { $downstream } au projet { $upstream }. La connexion elle-même continue.
    .action = Ouvrir la demande
    .why = { why-connections }

declined_tool = { $upstream_company } a refusé d’ajouter les { tool-name } à la connexion à { $downstream_project }
    .body = { $actor } a refusé la demande d’ajouter les { tool-name } à la connexion du projet { $downstream } au projet { $upstream }. La connexion elle-même continue. { $downstream_company } peut renouveler sa demande.
    .action = Ouvrir la demande
    .why = { why-connections }

expired_tool = La demande d’ajouter les { tool-name } à la connexion de { $downstream_project } a expiré
    .body = La demande d’ajouter les { tool-name } à la connexion du projet { $downstream } au projet { $upstream } est restée sans réponse. La connexion elle-même continue. { $downstream_company } peut renouveler sa demande.
    .action = Ouvrir la demande
    .why = { why-connections }

connected_tool = Les { tool-name } de { $upstream_project } arrivent désormais dans { $downstream_project }
    .body = Les { tool-name } ont été ajoutés à la connexion du projet { $downstream } au projet { $upstream }. Ils arrivent d’eux-mêmes, dès maintenant et par la suite. Rien ne circule dans l’autre sens.
    .action = Ouvrir la connexion
    .why = { why-connections }

undone_tool = L’ajout des { tool-name } à la connexion de { $downstream_project } à { $upstream_project } a été annulé
    .body = { $actor } a annulé, en quelques minutes, l’ajout des { tool-name } à la connexion du projet { $downstream } au projet { $upstream }. Ce qui en avait été copié a été retiré. { $waits ->
        [yes] La demande attend de nouveau la réponse de { $upstream_company }.
       *[no] { $downstream_company } peut renouveler sa demande.
    }
    .action = Ouvrir la connexion
    .why = { why-connections }

tool-name = { $tool ->
        [rfis] RFI
        [submittals] documents à viser
       *[other] plans
    }

## Parts of sentences

reminder = Rappel : { $title }
person-of = { $person } ({ $company })
project-of = { $project } ({ $company })
either-company = l’une des deux entreprises
cause-project-deleted = { $actor } a supprimé le projet.
cause-company-closed = { $by_company } a été fermée sur cette installation.
why-connections = Vous recevez ce message parce que les connexions de { $project } vous sont signalées. Les destinataires se choisissent dans son Gestionnaire de connexions.
why-arrivals = Vous recevez ce message parce que ce qui arrive dans les plans de { $project } vous est signalé.

## Details below the text: a label and a value each

label-upstream = Projet amont
label-downstream = Projet aval
label-project = Projet
label-company = Entreprise
label-set = Jeu de plans
label-deleted = Supprimées
label-obsolete = Devenues obsolètes
label-current = Révision en vigueur
label-by = Par
label-when = Date
label-reason = Motif

## Dates and times

date = { $order ->
        [month_day_year] { month } { $day }, { $year }
       *[other] { $day ->
            [1] 1er
           *[other] { $day }
        } { month } { $year }
    }
month = { $month ->
        [1] janvier
        [2] février
        [3] mars
        [4] avril
        [5] mai
        [6] juin
        [7] juillet
        [8] août
        [9] septembre
        [10] octobre
        [11] novembre
       *[12] décembre
    }
moment = { $date } à { $time } ({ $zone })
