### The words of messages, in Spanish. What each stands for, and what is given to it, is said in en.ftl; the terms in docs/glossary.md.

## Kinds of messages

invitation = { $scope ->
        [project] { $actor } le invita al proyecto { $project } ({ $company })
       *[company] { $actor } le invita a { $company }
    }
    .body = { $scope ->
        [project] { $actor } le ha incluido en el directorio del proyecto { $project } ({ $company }).
       *[company] { $actor } le ha incluido en el directorio de { $company }.
    } Acepte la invitación para participar. El enlace es solo para usted, funciona una sola vez y hasta el { $expires }.
    .action = Aceptar la invitación
    .why = Recibe este mensaje porque alguien introdujo su dirección. Si no sabe por qué, ignórelo; no pasará nada.

requested = { $downstream_company } solicita conectarse a { $upstream_project }
    .body = { $actor } solicita conectar el proyecto { $downstream } a su proyecto { $upstream }. No se comparte nada hasta que alguien de { $upstream_company } lo apruebe. La solicitud vence el { $expires }.
    .action = Abrir la solicitud
    .why = { why-connections }

request_sent = Se envió su solicitud de conexión a { $upstream_project }
    .body = { $actor } solicitó conectar su proyecto { $downstream } al proyecto { $upstream }. Se le avisará cuando { $upstream_company } responda. La solicitud vence el { $expires }.
    .action = Abrir la solicitud
    .why = { why-connections }

withdrawn = { $downstream_company } retiró su solicitud de conexión a { $upstream_project }
    .body = { $actor } retiró la solicitud de conectar el proyecto { $downstream } al proyecto { $upstream }. No se compartió nada y no hace falta hacer nada.
    .action = Abrir la solicitud
    .why = { why-connections }

declined = { $upstream_company } rechazó conectar { $downstream_project }
    .body = { $actor } rechazó la solicitud de conectar el proyecto { $downstream } al proyecto { $upstream }. No se compartió nada. { $downstream_company } puede volver a solicitarlo.
    .action = Abrir la solicitud
    .why = { why-connections }

expired = Venció la solicitud de conectar { $downstream_project } a { $upstream_project }
    .body = La solicitud de conectar el proyecto { $downstream } al proyecto { $upstream } no se respondió a tiempo. No se compartió nada. { $downstream_company } puede volver a solicitarlo.
    .action = Abrir la solicitud
    .why = { why-connections }

connected = { $downstream_project } está conectado a { $upstream_project }
    .body = { $approval ->
        [policy] { $actor } conectó el proyecto { $downstream } al proyecto { $upstream }, cuya empresa aprueba automáticamente a quien ya tiene acceso.
       *[person] { $actor } aprobó la solicitud: el proyecto { $downstream } está conectado al proyecto { $upstream }.
    } Lo que { $upstream_company } publique allí llegará por sí solo a { $downstream_project }. Nada viaja en sentido contrario.
    .action = Abrir la conexión
    .why = { why-connections }

undone = Se deshizo la conexión de { $downstream_project } a { $upstream_project }
    .body = { $actor } deshizo la conexión del proyecto { $downstream } al proyecto { $upstream } a los pocos minutos de hacerse. Se quitó lo que se había copiado. { $waits ->
        [yes] La solicitud vuelve a esperar la respuesta de { $upstream_company }.
       *[no] { $downstream_company } puede volver a solicitarla.
    }
    .action = Abrir la conexión
    .why = { why-connections }

disconnected = { $downstream_project } ya no está conectado a { $upstream_project }
    .body = { $actor } terminó la conexión entre el proyecto { $upstream } y el proyecto { $downstream }. Ya no se copia nada más. Lo que había llegado se conserva, archivos incluidos, y deja de mantenerse sincronizado.
    .action = Abrir la conexión
    .why = { why-connections }

first_copy_complete = La primera copia de { $upstream_project } está completa
    .body = { $count ->
        [0] En el proyecto { $upstream } aún no hay nada publicado, así que nada llegó a su proyecto { $downstream }.
        [one] { $n } lámina publicada del proyecto { $upstream } llegó a su proyecto { $downstream }.
       *[other] { $n } láminas publicadas del proyecto { $upstream } llegaron a su proyecto { $downstream }.
    } Las siguientes llegarán por sí solas.
    .action = Abrir los planos
    .why = { why-arrivals }

new_sheets = { $count ->
        [one] { $n } lámina nueva de { $upstream_project }
       *[other] { $n } láminas nuevas de { $upstream_project }
    }
    .body = { $count ->
        [one] { $n } lámina recién publicada del proyecto { $upstream } llegó a su proyecto { $downstream }.
       *[other] { $n } láminas recién publicadas del proyecto { $upstream } llegaron a su proyecto { $downstream }.
    }
    .action = Abrir los planos
    .why = { why-arrivals }

deleted_upstream = { $count ->
        [one] { $n } lámina eliminada o marcada como obsoleta en { $upstream_project }
       *[other] { $n } láminas eliminadas o marcadas como obsoletas en { $upstream_project }
    }
    .body = { $count ->
        [one] { $upstream_company } eliminó { $n } lámina del proyecto { $upstream } o la marcó como obsoleta.
       *[other] { $upstream_company } eliminó { $n } láminas del proyecto { $upstream } o las marcó como obsoletas.
    } En su proyecto { $downstream } no se borra nada: las eliminadas salen de su lista y permanecen en su informe de planos eliminados, archivos incluidos.
    .action = Abrir los planos
    .why = { why-arrivals }

current_changed = { $single ->
        [yes] { $sheet }: la revisión vigente es { $to }, ya no { $from }
       *[no] { $count ->
            [one] Otra revisión de { $n } lámina es la vigente
           *[other] Otra revisión de { $n } láminas es la vigente
        }
    }
    .body = { $count ->
        [one] { $upstream_company } cambió en el proyecto { $upstream } lo que decide cuál es la revisión más reciente, como una fecha o el orden. Por eso ahora es vigente otra revisión de { $n } lámina en su proyecto { $downstream }.
       *[other] { $upstream_company } cambió en el proyecto { $upstream } lo que decide cuál es la revisión más reciente, como una fecha o el orden. Por eso ahora es vigente otra revisión de { $n } láminas en su proyecto { $downstream }.
    }
    .action = Abrir los planos
    .why = { why-arrivals }

distributed = { $count ->
        [one] { $n } plano publicado en { $project }
       *[other] { $n } planos publicados en { $project }
    }
    .body = { $count ->
        [one] { $actor } publicó { $n } plano en el proyecto { $project } ({ $company }).
       *[other] { $actor } publicó { $n } planos en el proyecto { $project } ({ $company }).
    }
    .action = Abrir los planos
    .why = Recibe este mensaje porque los planos de { $project } se le distribuyen.

password_reset = Elija una contraseña nueva
    .body = Alguien pidió una contraseña nueva para esta dirección. Si fue usted, elíjala. El enlace funciona una sola vez, durante una hora. Hasta entonces sigue valiendo su contraseña actual.
    .action = Elegir una contraseña nueva
    .why = Recibe este mensaje porque alguien introdujo su dirección. Si no fue usted, ignórelo; no pasará nada.

password_changed = Se cambió su contraseña
    .body = Se cambió la contraseña con la que inicia sesión y se cerraron las sesiones en otros lugares. Si no fue usted, pida de inmediato una contraseña nueva en la página de inicio de sesión y avise a un administrador de su empresa.
    .action = Abrir Sluice
    .why = Recibe este mensaje porque trata de su propia cuenta.

project_deleted = Se eliminó el proyecto { $project }
    .body = { $actor } eliminó el proyecto { $project }. Ya no se puede abrir. { $count ->
        [0] { "" }
        [one] Su conexión terminó.
       *[other] Sus { $n } conexiones y solicitudes terminaron.
    } Lo que había llegado a otras empresas se queda con ellas.
    .action = Abrir sus proyectos
    .why = Recibe este mensaje porque se le avisaba de las conexiones de { $project }.

company_closed = { $company } se ha cerrado
    .body = Quien opera esta instalación cerró { $company }. Sus proyectos ya no se pueden abrir y sus conexiones terminaron. Lo que había llegado a otras empresas se queda con ellas. Su cuenta y sus demás empresas no se ven afectadas.
    .action = Abrir sus proyectos
    .why = Recibe este mensaje porque trabajaba para { $company }.

## The same kinds, where they are about one tool that is added to a connection ($tool)

requested_tool = { $downstream_company } solicita añadir los { tool-name } a su conexión con { $upstream_project }
    .body = { $actor } solicita que también los { tool-name } de su proyecto { $upstream } lleguen al proyecto { $downstream }. No se comparte nada de ellos hasta que alguien de { $upstream_company } lo apruebe. La solicitud vence el { $expires }.
    .action = Abrir la solicitud
    .why = { why-connections }

request_sent_tool = Se envió su solicitud de añadir los { tool-name } a la conexión con { $upstream_project }
    .body = { $actor } solicitó que también los { tool-name } del proyecto { $upstream } lleguen a su proyecto { $downstream }. Se le avisará cuando { $upstream_company } responda. La solicitud vence el { $expires }.
    .action = Abrir la solicitud
    .why = { why-connections }

withdrawn_tool = { $downstream_company } retiró su solicitud de añadir los { tool-name } a su conexión con { $upstream_project }
    .body = { $actor } retiró la solicitud de añadir los { tool-name } a la conexión del proyecto { $downstream } al proyecto { $upstream }. La conexión misma continúa.
    .action = Abrir la solicitud
    .why = { why-connections }

declined_tool = { $upstream_company } rechazó añadir los { tool-name } a la conexión con { $downstream_project }
    .body = { $actor } rechazó la solicitud de añadir los { tool-name } a la conexión del proyecto { $downstream } al proyecto { $upstream }. La conexión misma continúa. { $downstream_company } puede volver a solicitarlo.
    .action = Abrir la solicitud
    .why = { why-connections }

expired_tool = Venció la solicitud de añadir los { tool-name } a la conexión de { $downstream_project }
    .body = La solicitud de añadir los { tool-name } a la conexión del proyecto { $downstream } al proyecto { $upstream } no se respondió a tiempo. La conexión misma continúa. { $downstream_company } puede volver a solicitarlo.
    .action = Abrir la solicitud
    .why = { why-connections }

connected_tool = Los { tool-name } de { $upstream_project } llegan ahora a { $downstream_project }
    .body = Los { tool-name } se añadieron a la conexión del proyecto { $downstream } al proyecto { $upstream }. Llegan por sí solos, desde ahora y en adelante. Nada viaja en el otro sentido.
    .action = Abrir la conexión
    .why = { why-connections }

undone_tool = Se deshizo la adición de los { tool-name } a la conexión de { $downstream_project } a { $upstream_project }
    .body = { $actor } deshizo, a los pocos minutos, la adición de los { tool-name } a la conexión del proyecto { $downstream } al proyecto { $upstream }. Se quitó lo que se había copiado de ellos. { $waits ->
        [yes] La solicitud vuelve a esperar la respuesta de { $upstream_company }.
       *[no] { $downstream_company } puede volver a solicitarlo.
    }
    .action = Abrir la conexión
    .why = { why-connections }

tool-name = { $tool ->
        [rfis] RFI
        [submittals] documentos para aprobación
       *[other] planos
    }

## Parts of sentences

reminder = Recordatorio: { $title }
person-of = { $person } ({ $company })
project-of = { $project } ({ $company })
either-company = una de las dos empresas
cause-project-deleted = { $actor } eliminó el proyecto.
cause-company-closed = { $by_company } se cerró en esta instalación.
why-connections = Recibe este mensaje porque se le avisa de las conexiones de { $project }. A quién se avisa se decide en su Gestor de conexiones.
why-arrivals = Recibe este mensaje porque se le avisa de lo que llega a los planos de { $project }.

## Details below the text: a label and a value each

label-upstream = Proyecto de origen
label-downstream = Proyecto de destino
label-project = Proyecto
label-company = Empresa
label-set = Juego de planos
label-deleted = Eliminadas
label-obsolete = Marcadas como obsoletas
label-current = Revisión vigente
label-by = Por
label-when = Fecha
label-reason = Motivo

## Dates and times

date = { $order ->
        [month_day_year] { month } { $day }, { $year }
       *[other] { $day } de { month } de { $year }
    }
month = { $month ->
        [1] enero
        [2] febrero
        [3] marzo
        [4] abril
        [5] mayo
        [6] junio
        [7] julio
        [8] agosto
        [9] septiembre
        [10] octubre
        [11] noviembre
       *[12] diciembre
    }
moment = { $date }, { $time } ({ $zone })
