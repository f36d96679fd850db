"""Who gets what at every address: one line per address and method, one column per kind of person.

A line reads ``name object method cells``. The object says what the address is asked about (``World.arguments``).
A cell is the answer for the person's own thing and, after a slash, for somebody else's:

    200 405 …  the status          login  sent to log in          said  sent back with the sentence of a refusal
    302        sent on             422    the form again, with what is wrong

One cell stands for everybody; two stand for strangers and for everybody who is logged in. ``@state`` says where
the dossiers of the running year stand for the lines below it. Every POST is empty: it can do no more than ask.

A new address: write its line with one cell, run the test, and it prints the line as found. Keep it only if it is right.
"""

TABLE = """
#                                                            anonym.  no role  clerk    head     lead     district manager  council  survey   leader   superv.  auditor  admin

@draft
healthz                                -                GET  200
healthz                                -                POST 405
readyz                                 -                GET  200
readyz                                 -                POST 405
english                                -                GET  302
english                                -                POST 405
login                                  -                GET  200
login                                  -                POST 200
logout                                 -                GET  login 405
logout                                 -                POST login 302
password_change                        -                GET  login 200
password_change                        -                POST login 200
password_change_done                   -                GET  login 200
password_change_done                   -                POST login 405
component_gallery                      -                GET  login 200
component_gallery                      -                POST login 200

public:home                            -                GET  200
public:home                            -                POST 405
public:method                          -                GET  200
public:method                          -                POST 405
public:data                            -                GET  200
public:data                            -                POST 405
public:table                           published+csv    GET  200
public:table                           published+csv    POST 405
public:ranking                         published+slug   GET  200
public:ranking                         published+slug   POST 405
public:unit                            published+unit   GET  200
public:unit                            published+unit   POST 405
public:framework                       published+level  GET  200
public:framework                       published+level  POST 405
public:node                            published+leaf   GET  200
public:node                            published+leaf   POST 405
public:area                            published+area   GET  200
public:area                            published+area   POST 405
public:corrections                     published        GET  200
public:corrections                     published        POST 405
public:ranking_document                ranking+xlsx     GET  200
public:ranking_document                ranking+xlsx     POST 405
public:unit_document                   unit+xlsx        GET  200
public:unit_document                   unit+xlsx        POST 405

work:home                              -                GET  login    200      302      302      200      200      200      200      200      200      200      200      200
work:home                              -                POST login 405
work:jobs                              -                GET  login 200
work:jobs                              -                POST login 405
work:job                               job              GET  login    200/404  200/404  200/404  200/404  200/404  200      200/404  200      200/404  200/404  200      200
work:job                               job              POST login 405
work:job_progress                      job              GET  login    200/404  200/404  200/404  200/404  200/404  200      200/404  200      200/404  200/404  200      200
work:job_progress                      job              POST login 405
work:job_again                         job              GET  login 405
work:job_again                         job              POST login    302/404  302/404  302/404  302/404  302/404  302      302/404  302/403  302/404  302/404  302/403  302/403
work:log                               -                GET  login    404      404      404      404      404      404      404      404      404      404      200      200
work:log                               -                POST login 405
work:ranking_document                  level+xlsx       GET  login    404      404      404      404      404      200      200      404      200      200      200      404
work:ranking_document                  level+xlsx       POST login 405
work:district_document                 district+xlsx    GET  login    404      404      404      404      200/404  200      200      404      200      200      200      404
work:district_document                 district+xlsx    POST login 405
work:unit_document                     level+unit+xlsx  GET  login    404      404      404      404      200/404  200      200      404      200      200      200      404
work:unit_document                     level+unit+xlsx  POST login 405

units:list                             -                GET  login    404      200      200      200      200      200      200      200      200      200      200      200
units:list                             -                POST login 405
units:detail                           unit             GET  login    404      200      200      200      200      200      200      200      200      200      200      200
units:detail                           unit             POST login 405
units:tenure_add                       unit             GET  login    404      403      403      403      403      200      403      403      403      403      403      200
units:tenure_add                       unit             POST login    404      403      403      403      403      200      403      403      403      403      403      200
units:tenure_change                    tenure           GET  login    404      403      403      403      403      200      403      403      403      403      403      200
units:tenure_change                    tenure           POST login    404      403      403      403      403      200      403      403      403      403      403      200
units:accounts                         -                GET  login    404      404      404      404      404      404      404      404      404      404      404      200
units:accounts                         -                POST login 405
units:account_add                      -                GET  login    404      404      404      404      404      404      404      404      404      404      404      200
units:account_add                      -                POST login    404      404      404      404      404      404      404      404      404      404      404      200
units:me                               -                GET  login 200
units:me                               -                POST login 405
units:end_other_sessions               -                GET  login 405
units:end_other_sessions               -                POST login 302
units:account                          account          GET  login    404      404      404      404      404      404      404      404      404      404      404      200
units:account                          account          POST login 405
units:account_change                   account          GET  login    404      404      404      404      404      404      404      404      404      404      404      200
units:account_change                   account          POST login    404      404      404      404      404      404      404      404      404      404      404      200
units:password_reset                   account          GET  login 405
units:password_reset                   account          POST login    404      404      404      404      404      404      404      404      404      404      404      said/200
units:deactivate                       account          GET  login 405
units:deactivate                       account          POST login    404      404      404      404      404      404      404      404      404      404      404      said/302
units:activate                         account          GET  login 405
units:activate                         account          POST login    404      404      404      404      404      404      404      404      404      404      404      302
units:role_add                         account          GET  login    404      404      404      404      404      404      404      404      404      404      404      200
units:role_add                         account          POST login    404      404      404      404      404      404      404      404      404      404      404      200
units:role_end                         role             GET  login    404      404      404      404      404      404      404      404      404      404      404      200
units:role_end                         role             POST login    404      404      404      404      404      404      404      404      404      404      404      200
units:notices                          -                GET  login 200
units:notices                          -                POST login 405
units:notices_read                     -                GET  login 405
units:notices_read                     -                POST login 302
units:notice_read                      notice           GET  login 405
units:notice_read                      notice           POST login    302/404
units:notice_ways                      -                GET  login 200
units:notice_ways                      -                POST login 302
units:own_email                        -                GET  login 200
units:own_email                        -                POST login 200
units:notice_texts                     -                GET  login    404      404      404      404      404      200      404      404      404      404      404      404
units:notice_texts                     -                POST login 405
units:notice_text                      notice_kind      GET  login    404      404      404      404      404      200      404      404      404      404      404      404
units:notice_text                      notice_kind      POST login    404      404      404      404      404      200      404      404      404      404      404      404
units:notice_text_restore              notice_kind      GET  login 405
units:notice_text_restore              notice_kind      POST login    404      404      404      404      404      302      404      404      404      404      404      404
units:mail_failures                    -                GET  login    404      404      404      404      404      404      404      404      404      404      404      200
units:mail_failures                    -                POST login 405
units:mail_again                       -                GET  login 405
units:mail_again                       -                POST login    404      404      404      404      404      404      404      404      404      404      404      302

criteria:list                          -                GET  login    404      200      200      200      200      200      200      200      200      200      200      200
criteria:list                          -                POST login 405
criteria:upload                        -                GET  login    404      404      404      404      404      200      404      404      404      404      404      404
criteria:upload                        -                POST login    404      404      404      404      404      200      404      404      404      404      404      404
criteria:framework                     level            GET  login    404      200      200      200      200      200      200      200      200      200      200      200
criteria:framework                     level            POST login 405
criteria:file                          level            GET  login    404      200      200      200      200      200      200      200      200      200      200      200
criteria:file                          level            POST login 405
criteria:comparison                    level            GET  login    404      200      200      200      200      200      200      200      200      200      200      200
criteria:comparison                    level            POST login 405
criteria:link                          level+leaf       GET  login    404      404      404      404      404      said/404 404      404      404      404      404      404
criteria:link                          level+leaf       POST login    404      404      404      404      404      said/404 404      404      404      404      404      404

scoring:home                           -                GET  login 200
scoring:home                           -                POST login 405
scoring:dossier                        dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:dossier                        dossier          POST login 405
scoring:sheet                          dossier+area     GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:sheet                          dossier+area     POST login 405
scoring:sheet_progress                 dossier+area     GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:sheet_progress                 dossier+area     POST login 405
scoring:table                          dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:table                          dossier          POST login 405
scoring:sharing                        dossier          GET  login    404      200/404  200/404  404      404      404      404      404      404      404      404      404
scoring:sharing                        dossier          POST login    404      said/404 said/404 404      404      404      404      404      404      404      404      404
scoring:notes                          dossier+leaf     GET  login    404      200/404  200/404  404      404      404      404      404      404      404      404      404
scoring:notes                          dossier+leaf     POST login    404      422/404  422/404  404      404      404      404      404      404      404      404      404
scoring:missing                        dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:missing                        dossier          POST login 405
scoring:history                        dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:history                        dossier          POST login 405
scoring:workbook_download              dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:workbook_download              dossier          POST login 405
scoring:workbooks                      dossier          GET  login    404      200/404  200/404  404      404      403      403      404      404      404      404      404
scoring:workbooks                      dossier          POST login    404      422/404  422/404  404      404      403      403      404      404      404      404      404
scoring:workbook                       dossier+workbook GET  login    404      200/404  200/404  404      404      403      403      404      404      404      404      404
scoring:workbook                       dossier+workbook POST login    404      422/404  422/404  404      404      403      403      404      404      404      404      404
work:blank_form                        dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
work:blank_form                        dossier          POST login 405
work:filled_form                       dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
work:filled_form                       dossier          POST login 405
scoring:archive                        dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:archive                        dossier          POST login    404      302/404  302/404  404      404      302      302      404      404      404      404      404
scoring:archive_progress               dossier          GET  login 404
scoring:archive_progress               dossier          POST login 405
scoring:archive_file                   dossier+job      GET  login 404
scoring:archive_file                   dossier+job      POST login 405
scoring:own_documents                  -                GET  login    404      302      302      404      404      404      404      404      404      404      404      404
scoring:own_documents                  -                POST login 405
scoring:outage                         -                GET  login    404      404      404      404      404      404      404      404      404      404      404      200
scoring:outage                         -                POST login    404      404      404      404      404      404      404      404      404      404      404      422
scoring:carry                          dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:carry                          dossier          POST login    404      said/404 said/404 404      404      said     said     404      404      404      404      404
scoring:carry_confirm                  dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:carry_confirm                  dossier          POST login    404      said/404 said/404 404      404      said     said     404      404      404      404      404
scoring:component_confirm              dossier+leaf     GET  login 405
scoring:component_confirm              dossier+leaf     POST login    404      302/404  302/404  404      404      said     said     404      404      404      404      404
scoring:component                      dossier+leaf     GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:component                      dossier+leaf     POST login    404      409/404  409/404  404      404      422      422      404      404      404      404      404
scoring:evidence_add                   dossier+leaf     GET  login    404      200/404  200/404  404      404      403      403      404      404      404      404      404
scoring:evidence_add                   dossier+leaf     POST login    404      200/404  200/404  404      404      403      403      404      404      404      404      404
scoring:evidence_link                  dossier+link     GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:evidence_link                  dossier+link     POST login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:evidence_unlink                dossier+link     GET  login    404      200/404  200/404  404      404      403      403      404      404      404      404      404
scoring:evidence_unlink                dossier+link     POST login    404      302/404  302/404  404      404      said     said     404      404      404      404      404
scoring:propose                        dossier          GET  login    404      200/404  200/404  404      404      403      403      404      404      404      404      404
scoring:propose                        dossier          POST login    404      said/404 said/404 404      404      403      403      404      404      404      404      404
scoring:submit                         dossier          GET  login    404      403/404  200/404  404      404      403      403      404      404      404      404      404
scoring:submit                         dossier          POST login    404      403/404  said/404 404      404      403      403      404      404      404      404      404
scoring:send_back                      dossier          GET  login    404      403/404  200/404  404      404      403      403      404      404      404      404      404
scoring:send_back                      dossier          POST login    404      403/404  said/404 404      404      403      403      404      404      404      404      404
scoring:withdraw                       dossier          GET  login    404      403/404  200/404  404      404      403      403      404      404      404      404      404
scoring:withdraw                       dossier          POST login    404      403/404  said/404 404      404      403      403      404      404      404      404      404
scoring:report                         dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:report                         dossier          POST login    404      302/404  302/404  404      404      422      422      404      404      404      404      404
scoring:receipts                       dossier          GET  login    404      302/404  302/404  404      404      302      302      404      404      404      404      404
scoring:receipts                       dossier          POST login 405
scoring:receipt                        dossier+receipt  GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:receipt                        dossier+receipt  POST login    404      422/404  422/404  404      404      403      403      404      404      404      404      404
work:self_report                       dossier+xlsx     GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
work:self_report                       dossier+xlsx     POST login 405
work:receipt_report                    dossier+receipt+xlsx GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
work:receipt_report                    dossier+receipt+xlsx POST login 405
scoring:documents                      unit             GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:documents                      unit             POST login    404      422/404  422/404  404      404      404      404      404      404      404      404      404
scoring:documents_describe             unit             GET  login    404      200/404  200/404  404      404      404      404      404      404      404      404      404
scoring:documents_describe             unit             POST login    404      422/404  422/404  404      404      404      404      404      404      404      404      404
scoring:document                       document         GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:document                       document         POST login    404      302/404  302/404  404      404      404      404      404      404      404      404      404
scoring:download                       document         GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:download                       document         POST login 405
scoring:preview                        document         GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:preview                        document         POST login 405
scoring:page_image                     document+page    GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:page_image                     document+page    POST login 405
scoring:document_use                   document         GET  login    404      200/404  200/404  404      404      404      404      404      404      404      404      404
scoring:document_use                   document         POST login    404      said/404 said/404 404      404      404      404      404      404      404      404      404
scoring:document_replace               document         GET  login    404      200/404  200/404  404      404      404      404      404      404      404      404      404
scoring:document_replace               document         POST login    404      422/404  422/404  404      404      404      404      404      404      404      404      404
scoring:document_withdraw              document         GET  login    404      200/404  200/404  404      404      404      404      404      404      404      404      404
scoring:document_withdraw              document         POST login    404      said/404 said/404 404      404      404      404      404      404      404      404      404
scoring:document_restore               document         GET  login    404      302/404  302/404  404      404      404      404      404      404      404      404      404
scoring:document_restore               document         POST login    404      302/404  302/404  404      404      404      404      404      404      404      404      404
scoring:populations                    -                GET  login    404      404      404      200      200      200      200      404      200      200      200      404
scoring:populations                    -                POST login 405
scoring:population_open                population       GET  login    404      404      404      404      404      200      404      404      404      404      404      404
scoring:population_open                population       POST login    404      404      404      404      404      302      404      404      404      404      404      404
scoring:population_move                population+move  GET  login    404      404      404      404      404      200      404      404      404      404      404      404
scoring:population_move                population+move  POST login    404      404      404      404      404      302      404      404      404      404      404      404
scoring:population_settle              population       GET  login    404      404      404      404      200/404  200      200      404      404      404      404      404
scoring:population_settle              population       POST login    404      404      404      404      422/404  422      422      404      404      404      404      404
scoring:population_dates               population       GET  login    404      404      404      404      404      200      404      404      404      404      404      404
scoring:population_dates               population       POST login    404      404      404      404      404      422      404      404      404      404      404      404
scoring:population_compute             population       GET  login 405
scoring:population_compute             population       POST login    404      404      404      404      302/404  302      404      404      404      404      404      404
scoring:remind_year                    -                GET  login 405
scoring:remind_year                    -                POST login    404      404      404      404      said     said     404      404      404      404      404      404
scoring:population_remind              population       GET  login 405
scoring:population_remind              population       POST login    404      404      404      404      said/404 said     404      404      404      404      404      404
scoring:population_file                population+xlsx  GET  login    404      404      404      404      200/404  200      200      404      200      200      200      404
scoring:population_file                population+xlsx  POST login 405
scoring:population                     population+url   GET  login    404      404      404      404      200/404  200      200      404      200      200      200      404
scoring:population                     population+url   POST login 405
scoring:surveys                        -                GET  login    404      404      404      404      404      200      404      200      404      404      404      404
scoring:surveys                        -                POST login 405
scoring:survey_upload                  -                GET  login    404      404      404      404      404      200      404      200      404      404      404      404
scoring:survey_upload                  -                POST login    404      404      404      404      404      200      404      200      404      404      404      404
scoring:survey                         level            GET  login    404      404      404      404      404      200      404      200      404      404      404      404
scoring:survey                         level            POST login 405
scoring:survey_file                    survey+file      GET  login    404      404      404      404      404      200      404      200      404      404      404      404
scoring:survey_file                    survey+file      POST login 405
scoring:appraisal_case                 dossier          GET  login    404      403/404  403/404  200/403  200/403  200      200      404      404      404      404      404
scoring:desk                           dossier+leaf     GET  login    404      403/404  403/404  403      403      200      200      404      404      404      404      404
scoring:desk                           dossier+leaf     POST login    404      403/404  403/404  403      403      422      422      404      404      404      404      404
scoring:accept_area                    dossier+area     GET  login    404      403/404  403/404  404/403  404/403  404      404      404      404      404      404      404
scoring:accept_area                    dossier+area     POST login    404      403/404  403/404  404/403  404/403  404      404      404      404      404      404      404

sanctions:home                         -                GET  login    404      404      404      404      200      200      200      404      200      200      200      404
sanctions:home                         -                POST login 405
sanctions:publish                      population       GET  login    404      404      404      404      200/404  200      404      404      404      404      404      404
sanctions:publish                      population       POST login    404      404      404      404      422/404  422      404      404      404      404      404      404
sanctions:results                      population+url   GET  login    404      404      404      404      200/404  200      200      404      200      200      200      404
sanctions:results                      population+url   POST login 405
sanctions:outcomes                     level            GET  login    404      404      404      404      200      200      200      404      200      404      404      404
sanctions:outcomes                     level            POST login 405
sanctions:outcomes_file                level+csv        GET  login    404      404      404      404      200      200      200      404      200      404      404      404
sanctions:outcomes_file                level+csv        POST login 405
sanctions:sheet                        level+unit       GET  login    404      404      404      404      200/404  200      200      404      200      200      200      404
sanctions:sheet                        level+unit       POST login 405

@proposed
scoring:dossier                        dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:component                      dossier+leaf     POST login    404      409/404  409/404  404      404      422      422      404      404      404      404      404
scoring:propose                        dossier          POST login    404      302/404  302/404  404      404      403      403      404      404      404      404      404
scoring:submit                         dossier          GET  login    404      403/404  200/404  404      404      403      403      404      404      404      404      404
scoring:submit                         dossier          POST login    404      403/404  said/404 404      404      403      403      404      404      404      404      404
scoring:send_back                      dossier          GET  login    404      403/404  200/404  404      404      403      403      404      404      404      404      404
scoring:send_back                      dossier          POST login    404      403/404  422/404  404      404      403      403      404      404      404      404      404
scoring:download                       document         GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:appraisal_case                 dossier          GET  login    404      403/404  403/404  200/403  200/403  200      200      404      404      404      404      404

@handed
scoring:appraisal_board                -                GET  login    404      404      404      200      200      200      200      404      404      404      404      404
scoring:appraisal_board                -                POST login 405
scoring:appraisal_case                 dossier          GET  login    404      403/404  403/404  200/403  200/403  200      200      404      404      404      404      404
scoring:appraisal_case                 dossier          POST login 405
scoring:desk                           dossier+leaf     GET  login    404      403/404  403/404  200/403  200/403  200      200      404      404      404      404      404
scoring:desk                           dossier+leaf     POST login    404      403/404  403/404  422/403  422/403  422      422      404      404      404      404      404
scoring:accept_area                    dossier+area     GET  login    404      403/404  403/404  200/403  200/403  404      404      404      404      404      404      404
scoring:accept_area                    dossier+area     POST login    404      403/404  403/404  said/403 said/403 404      404      404      404      404      404      404
scoring:appraisal_return               dossier          GET  login    404      404      404      404      200/404  200      404      404      404      404      404      404
scoring:appraisal_return               dossier          POST login    404      404      404      404      422/404  422      404      404      404      404      404      404
scoring:appraisal_finish               dossier          GET  login    404      404      404      404      200/404  200      404      404      404      404      404      404
scoring:appraisal_finish               dossier          POST login    404      404      404      404      302/404  302      404      404      404      404      404      404
scoring:appraisal_reopen               dossier          GET  login    404      404      404      404      200/404  200      404      404      404      404      404      404
scoring:appraisal_reopen               dossier          POST login    404      404      404      404      422/404  422      404      404      404      404      404      404
scoring:appraisal_close_unsubmitted    dossier          GET  login    404      404      404      404      said/404 said     404      404      404      404      404      404
scoring:appraisal_close_unsubmitted    dossier          POST login    404      404      404      404      said/404 said     404      404      404      404      404      404
scoring:appraisal_extend               dossier          GET  login    404      404      404      404      200/404  200      404      404      404      404      404      404
scoring:appraisal_extend               dossier          POST login    404      404      404      404      422/404  422      404      404      404      404      404      404
scoring:exemptions                     population       GET  login    404      404      404      404      200/404  200      404      404      404      404      404      404
scoring:exemptions                     population       POST login    404      404      404      404      422/404  422      404      404      404      404      404      404
scoring:exemption_end                  population+grant GET  login    404      404      404      404      200/404  200      404      404      404      404      404      404
scoring:exemption_end                  population+grant POST login    404      404      404      404      422/404  422      404      404      404      404      404      404
scoring:assignments                    -                GET  login    404      404      404      404      404      200      404      404      404      404      404      404
scoring:assignments                    -                POST login 405
scoring:assignment                     population       GET  login    404      404      404      404      404      200      404      404      404      404      404      404
scoring:assignment                     population       POST login    404      404      404      404      404      said     404      404      404      404      404      404
scoring:dossier                        dossier          GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:component                      dossier+leaf     GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:component                      dossier+leaf     POST login    404      422/404  422/404  404      404      422      422      404      404      404      404      404
scoring:evidence_add                   dossier+leaf     POST login    404      said/404 said/404 404      404      403      403      404      404      404      404      404
scoring:evidence_link                  dossier+link     GET  login    404      200/404  200/404  302/404  302/404  200      200      404      404      404      404      404
scoring:evidence_link                  dossier+link     POST login    404      200/404  200/404  302/404  302/404  200      200      404      404      404      404      404
scoring:evidence_unlink                dossier+link     POST login    404      said/404 said/404 404      404      said     said     404      404      404      404      404
scoring:propose                        dossier          POST login    404      said/404 said/404 404      404      403      403      404      404      404      404      404
scoring:submit                         dossier          POST login    404      403/404  said/404 404      404      403      403      404      404      404      404      404
scoring:withdraw                       dossier          GET  login    404      403/404  200/404  404      404      403      403      404      404      404      404      404
scoring:withdraw                       dossier          POST login    404      403/404  said/404 404      404      403      403      404      404      404      404      404
scoring:send_back                      dossier          POST login    404      403/404  said/404 404      404      403      403      404      404      404      404      404
scoring:documents                      unit             GET  login    404      200/404  200/404  404      404      200      200      404      404      404      404      404
scoring:document                       document         GET  login    404      200/404  200/404  200/404  200/404  200      200      404      404      404      404      404
scoring:document                       document         POST login    404      said/404 said/404 404      404      404      404      404      404      404      404      404
scoring:download                       document         GET  login    404      200/404  200/404  200/404  200/404  200      200      404      404      404      404      404
scoring:preview                        document         GET  login    404      200/404  200/404  200/404  200/404  200      200      404      404      404      404      404
scoring:page_image                     document+page    GET  login    404      200/404  200/404  200/404  200/404  200      200      404      404      404      404      404
"""
