### The words of messages, in Brazilian Portuguese. What each stands for, and what is given to it, is said in en.ftl; the terms in docs/glossary.md.

## Kinds of messages

invitation = { $scope ->
        [project] { $actor } convida você para o projeto { $project } ({ $company })
       *[company] { $actor } convida você para { $company }
    }
    .body = { $scope ->
        [project] { $actor } incluiu você no diretório do projeto { $project } ({ $company }).
       *[company] { $actor } incluiu você no diretório de { $company }.
    } Aceite o convite para participar. O link é só para você, funciona uma única vez e até { $expires }.
    .action = Aceitar o convite
    .why = Você recebe esta mensagem porque alguém informou o seu endereço. Se não sabe por quê, ignore-a; nada acontece.

requested = { $downstream_company } solicita conexão com { $upstream_project }
    .body = { $actor } solicita conectar o projeto { $downstream } ao seu projeto { $upstream }. Nada é compartilhado até que alguém de { $upstream_company } aprove. A solicitação expira em { $expires }.
    .action = Abrir a solicitação
    .why = { why-connections }

request_sent = Sua solicitação de conexão com { $upstream_project } foi enviada
    .body = { $actor } solicitou conectar o seu projeto { $downstream } ao projeto { $upstream }. Avisaremos quando { $upstream_company } responder. A solicitação expira em { $expires }.
    .action = Abrir a solicitação
    .why = { why-connections }

withdrawn = { $downstream_company } retirou a solicitação de conexão com { $upstream_project }
    .body = { $actor } retirou a solicitação de conectar o projeto { $downstream } ao projeto { $upstream }. Nada foi compartilhado e nada precisa ser feito.
    .action = Abrir a solicitação
    .why = { why-connections }

declined = { $upstream_company } recusou conectar { $downstream_project }
    .body = { $actor } recusou a solicitação de conectar o projeto { $downstream } ao projeto { $upstream }. Nada foi compartilhado. { $downstream_company } pode solicitar de novo.
    .action = Abrir a solicitação
    .why = { why-connections }

expired = A solicitação de conectar { $downstream_project } a { $upstream_project } expirou
    .body = A solicitação de conectar o projeto { $downstream } ao projeto { $upstream } não foi respondida a tempo. Nada foi compartilhado. { $downstream_company } pode solicitar de novo.
    .action = Abrir a solicitação
    .why = { why-connections }

connected = { $downstream_project } está conectado a { $upstream_project }
    .body = { $approval ->
        [policy] { $actor } conectou o projeto { $downstream } ao projeto { $upstream }, cuja empresa aprova automaticamente quem já tem acesso.
       *[person] { $actor } aprovou a solicitação: o projeto { $downstream } está conectado ao projeto { $upstream }.
    } O que { $upstream_company } publicar lá chegará sozinho a { $downstream_project }. Nada viaja no sentido contrário.
    .action = Abrir a conexão
    .why = { why-connections }

undone = A conexão de { $downstream_project } a { $upstream_project } foi desfeita
    .body = { $actor } desfez a conexão do projeto { $downstream } ao projeto { $upstream } poucos minutos depois de feita. O que havia sido copiado foi removido. { $waits ->
        [yes] A solicitação volta a aguardar a resposta de { $upstream_company }.
       *[no] { $downstream_company } pode solicitar de novo.
    }
    .action = Abrir a conexão
    .why = { why-connections }

disconnected = { $downstream_project } não está mais conectado a { $upstream_project }
    .body = { $actor } encerrou a conexão entre o projeto { $upstream } e o projeto { $downstream }. Nada mais é copiado. O que já havia chegado permanece, inclusive os arquivos, e deixa de ser mantido em sincronia.
    .action = Abrir a conexão
    .why = { why-connections }

first_copy_complete = A primeira cópia de { $upstream_project } está completa
    .body = { $count ->
        [0] Ainda não há nada publicado no projeto { $upstream }, por isso nada chegou ao seu projeto { $downstream }.
        [one] { $n } folha publicada do projeto { $upstream } chegou ao seu projeto { $downstream }.
       *[other] { $n } folhas publicadas do projeto { $upstream } chegaram ao seu projeto { $downstream }.
    } As próximas chegam sozinhas.
    .action = Abrir os desenhos
    .why = { why-arrivals }

new_sheets = { $count ->
        [one] { $n } folha nova de { $upstream_project }
       *[other] { $n } folhas novas de { $upstream_project }
    }
    .body = { $count ->
        [one] { $n } folha recém-publicada do projeto { $upstream } chegou ao seu projeto { $downstream }.
       *[other] { $n } folhas recém-publicadas do projeto { $upstream } chegaram ao seu projeto { $downstream }.
    }
    .action = Abrir os desenhos
    .why = { why-arrivals }

deleted_upstream = { $count ->
        [one] { $n } folha excluída ou marcada como obsoleta em { $upstream_project }
       *[other] { $n } folhas excluídas ou marcadas como obsoletas em { $upstream_project }
    }
    .body = { $count ->
        [one] { $upstream_company } excluiu { $n } folha do projeto { $upstream } ou a marcou como obsoleta.
       *[other] { $upstream_company } excluiu { $n } folhas do projeto { $upstream } ou as marcou como obsoletas.
    } Nada é apagado no seu projeto { $downstream }: as excluídas saem da lista e permanecem no relatório de desenhos excluídos, inclusive os arquivos.
    .action = Abrir os desenhos
    .why = { why-arrivals }

current_changed = { $single ->
        [yes] { $sheet }: a revisão vigente é { $to }, não mais { $from }
       *[no] { $count ->
            [one] Outra revisão de { $n } folha é a vigente
           *[other] Outra revisão de { $n } folhas é a vigente
        }
    }
    .body = { $count ->
        [one] { $upstream_company } mudou no projeto { $upstream } o que decide qual é a revisão mais nova, como uma data ou a ordem. Por isso outra revisão de { $n } folha é agora a vigente no seu projeto { $downstream }.
       *[other] { $upstream_company } mudou no projeto { $upstream } o que decide qual é a revisão mais nova, como uma data ou a ordem. Por isso outra revisão de { $n } folhas é agora a vigente no seu projeto { $downstream }.
    }
    .action = Abrir os desenhos
    .why = { why-arrivals }

distributed = { $count ->
        [one] { $n } desenho publicado em { $project }
       *[other] { $n } desenhos publicados em { $project }
    }
    .body = { $count ->
        [one] { $actor } publicou { $n } desenho no projeto { $project } ({ $company }).
       *[other] { $actor } publicou { $n } desenhos no projeto { $project } ({ $company }).
    }
    .action = Abrir os desenhos
    .why = Você recebe esta mensagem porque os desenhos de { $project } são distribuídos a você.

password_reset = Escolha uma nova senha
    .body = Alguém pediu uma nova senha para este endereço. Se foi você, escolha uma. O link funciona uma única vez, por uma hora. Até lá, sua senha atual continua valendo.
    .action = Escolher uma nova senha
    .why = Você recebe esta mensagem porque alguém informou o seu endereço. Se não foi você, ignore-a; nada acontece.

password_changed = Sua senha foi alterada
    .body = A senha com que você entra foi alterada, e as sessões em outros lugares foram encerradas. Se não foi você, peça logo uma nova senha na página de entrada e avise um administrador da sua empresa.
    .action = Abrir o Sluice
    .why = Você recebe esta mensagem porque ela trata da sua própria conta.

project_deleted = O projeto { $project } foi excluído
    .body = { $actor } excluiu o projeto { $project }. Ele não pode mais ser aberto. { $count ->
        [0] { "" }
        [one] A conexão dele terminou.
       *[other] As { $n } conexões e solicitações dele terminaram.
    } O que havia chegado a outras empresas fica com elas.
    .action = Abrir seus projetos
    .why = Você recebe esta mensagem porque era avisado sobre as conexões de { $project }.

company_closed = { $company } foi encerrada
    .body = Quem opera esta instalação encerrou { $company }. Os projetos dela não podem mais ser abertos, e as conexões terminaram. O que havia chegado a outras empresas fica com elas. Sua conta e suas outras empresas não são afetadas.
    .action = Abrir seus projetos
    .why = Você recebe esta mensagem porque trabalhava para { $company }.

## The same kinds, where they are about one tool that is added to a connection ($tool)

requested_tool = { $downstream_company } solicita incluir os { tool-name } na conexão com { $upstream_project }
    .body = { $actor } solicita que também os { tool-name } do seu projeto { $upstream } cheguem ao projeto { $downstream }. Nada deles é compartilhado até que alguém de { $upstream_company } aprove. A solicitação expira em { $expires }.
    .action = Abrir a solicitação
    .why = { why-connections }

request_sent_tool = Sua solicitação de incluir os { tool-name } na conexão com { $upstream_project } foi enviada
    .body = { $actor } solicitou que também os { tool-name } do projeto { $upstream } cheguem ao seu projeto { $downstream }. Avisaremos quando { $upstream_company } responder. A solicitação expira em { $expires }.
    .action = Abrir a solicitação
    .why = { why-connections }

withdrawn_tool = { $downstream_company } retirou a solicitação de incluir os { tool-name } na conexão com { $upstream_project }
    .body = { $actor } retirou a solicitação de incluir os { tool-name } na conexão do projeto { $downstream } ao projeto { $upstream }. A conexão em si continua.
    .action = Abrir a solicitação
    .why = { why-connections }

declined_tool = { $upstream_company } recusou incluir os { tool-name } na conexão com { $downstream_project }
    .body = { $actor } recusou a solicitação de incluir os { tool-name } na conexão do projeto { $downstream } ao projeto { $upstream }. A conexão em si continua. { $downstream_company } pode solicitar de novo.
    .action = Abrir a solicitação
    .why = { why-connections }

expired_tool = A solicitação de incluir os { tool-name } na conexão de { $downstream_project } expirou
    .body = A solicitação de incluir os { tool-name } na conexão do projeto { $downstream } ao projeto { $upstream } não foi respondida a tempo. A conexão em si continua. { $downstream_company } pode solicitar de novo.
    .action = Abrir a solicitação
    .why = { why-connections }

connected_tool = Os { tool-name } de { $upstream_project } agora chegam a { $downstream_project }
    .body = Os { tool-name } foram incluídos na conexão do projeto { $downstream } ao projeto { $upstream }. Eles chegam sozinhos, agora e daqui em diante. Nada segue no sentido contrário.
    .action = Abrir a conexão
    .why = { why-connections }

undone_tool = A inclusão dos { tool-name } na conexão de { $downstream_project } a { $upstream_project } foi desfeita
    .body = { $actor } desfez, em poucos minutos, a inclusão dos { tool-name } na conexão do projeto { $downstream } ao projeto { $upstream }. O que havia sido copiado deles foi removido. { $waits ->
        [yes] A solicitação volta a aguardar a resposta de { $upstream_company }.
       *[no] { $downstream_company } pode solicitar de novo.
    }
    .action = Abrir a conexão
    .why = { why-connections }

tool-name = { $tool ->
        [rfis] RFIs
        [submittals] documentos para aprovação
       *[other] desenhos
    }

## Parts of sentences

reminder = Lembrete: { $title }
person-of = { $person } ({ $company })
project-of = { $project } ({ $company })
either-company = uma das duas empresas
cause-project-deleted = { $actor } excluiu o projeto.
cause-company-closed = { $by_company } foi encerrada nesta instalação.
why-connections = Você recebe esta mensagem porque recebe avisos sobre as conexões de { $project }. Quem os recebe se define no Gerenciador de conexões do projeto.
why-arrivals = Você recebe esta mensagem porque recebe avisos sobre o que chega aos desenhos de { $project }.

## Details below the text: a label and a value each

label-upstream = Projeto de origem
label-downstream = Projeto de destino
label-project = Projeto
label-company = Empresa
label-set = Conjunto de desenhos
label-deleted = Excluídas
label-obsolete = Marcadas como obsoletas
label-current = Revisão vigente
label-by = Por
label-when = Data
label-reason = Motivo

## Dates and times

date = { $order ->
        [month_day_year] { month } { $day }, { $year }
       *[other] { $day } de { month } de { $year }
    }
month = { $month ->
        [1] janeiro
        [2] fevereiro
        [3] março
        [4] abril
        [5] maio
        [6] junho
        [7] julho
        [8] agosto
        [9] setembro
        [10] outubro
        [11] novembro
       *[12] dezembro
    }
moment = { $date }, { $time } ({ $zone })
